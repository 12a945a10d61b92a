import type { Notice, NoticeType } from '../../contract/alert.js';
import type { ChannelKind } from '../../contract/channel.js';
import type { DeliveryStatus, DeliveryView } from '../../contract/delivery.js';

/** A row of deliveries, without its notice. */
export interface DeliveryRecord {
  id: string;
  channel_id: string;
  channel_name: string;
  kind: ChannelKind;
  alert_id: string | null;
  notice_type: NoticeType;
  status: DeliveryStatus;
  attempts: number;
  next_attempt_at: Date;
  reached: string[];
  created_at: Date;
  settled_at: Date | null;
  redelivery_of: string | null;
}

/** A delivery that a worker has claimed, with what it needs of the channel; null: the channel is gone. */
export interface ClaimedDelivery extends DeliveryRecord {
  notice: Notice;
  channel: { enabled: boolean; target: { url?: string; addresses?: string[] }; secret: Buffer | null } | null;
}

/** A row of delivery_attempts. */
export interface AttemptRecord {
  n: number;
  at: Date;
  milliseconds: number;
  status_code: number | null;
  error: string | null;
  response: string | null;
}

/** What the receiver knows it by, in each try and redelivery. */
export const messageId = ({ id, redelivery_of }: Pick<DeliveryRecord, 'id' | 'redelivery_of'>): string =>
  redelivery_of ?? id;

/** The columns of a {@link DeliveryRecord}. */
export const deliveryColumns =
  'id, channel_id, channel_name, kind, alert_id, notice_type, status, attempts, next_attempt_at, reached, created_at, settled_at, redelivery_of';

export const deliveryView = (row: DeliveryRecord): DeliveryView => ({
  id: row.id,
  message_id: messageId(row),
  channel_id: row.channel_id,
  channel_name: row.channel_name,
  kind: row.kind,
  alert_id: row.alert_id,
  notice_type: row.notice_type,
  status: row.status,
  attempts: row.attempts,
  next_attempt_at: row.status === 'pending' ? row.next_attempt_at.toISOString() : null,
  created_at: row.created_at.toISOString(),
  settled_at: row.settled_at?.toISOString() ?? null,
  redelivery_of: row.redelivery_of,
});
