import type { ChannelKind, ChannelView } from '../../contract/channel.js';

/** A row of channels. */
export interface ChannelRecord {
  id: string;
  name: string;
  kind: ChannelKind;
  target: { url?: string; addresses?: string[] };
  /** Sealed {@link WebhookSecret} or {@link SlackSecret}; null: none. */
  secret: Buffer | null;
  enabled: boolean;
  disabled_reason: string | null;
  created_at: Date;
  updated_at: Date;
  created_by: string | null;
}

/** What an answer says of it: all but its secret. */
export const channelView = (row: ChannelRecord): ChannelView => ({
  id: row.id,
  name: row.name,
  kind: row.kind,
  target: row.target,
  enabled: row.enabled,
  disabled_reason: row.disabled_reason,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
  created_by: row.created_by,
});
