import type pg from 'pg';
import type { z } from 'zod';
import type { changeChannelSchema } from '../../contract/channel.js';
import { inTransaction } from '../../store/in-transaction.js';
import type { ChannelRecord } from './channel-record.js';
import type { SlackSecret } from './channel-secrets.js';
import type { TargetGuard } from './http/target-guard.js';
import { cancelPending } from './queries/disable-channel.js';
import { lockChannel, updateChannel } from './queries/update-channel.js';
import type { Seal } from './seal.js';
import { checkedUrl, invalid, slackTarget } from './settle-channel.js';

export type ChannelChange = z.output<typeof changeChannelSchema>;

/** What making and changing channels needs. */
export interface ChannelParts {
  pool: pg.Pool;
  /** Whether there is a server that takes our mail. */
  hasMail: boolean;
  guard: TargetGuard;
  seal: Seal;
  /** Unix ms. */
  clock: () => number;
}

/**
 * Changes a channel; undefined where there is none. Switching it off cancels what waits for it; switching it on forgets why it was off. Throws a 422 Problem for
 * a field that its kind does not have, or a URL that is refused.
 */
export async function changeChannel(
  id: string,
  { name, enabled, url: newUrl, addresses }: ChannelChange,
  { pool, guard, seal, clock }: ChannelParts,
): Promise<ChannelRecord | undefined> {
  // Asks the resolver, so not while a row is locked.
  const url = newUrl === undefined ? undefined : await checkedUrl(guard, newUrl);
  return inTransaction(pool, async (client) => {
    const channel = await lockChannel(client, id);
    if (!channel) return undefined;
    const isMail = channel.kind === 'email';
    if (url !== undefined && isMail) throw invalid('url', 'an email channel has addresses');
    if (addresses !== undefined && !isMail) throw invalid('addresses', `a ${channel.kind} channel has a url`);
    const isSlack = channel.kind === 'slack';
    const changed = await updateChannel(
      client,
      {
        id: channel.id,
        name: name ?? channel.name,
        target: {
          ...channel.target,
          ...(url !== undefined && (isSlack ? slackTarget(url) : { url })),
          ...(addresses !== undefined && { addresses }),
        },
        secret:
          url !== undefined && isSlack
            ? seal.seal(channel.id, { url } satisfies SlackSecret)
            : channel.secret,
        enabled: enabled ?? channel.enabled,
        disabled_reason: enabled === undefined ? channel.disabled_reason : null,
      },
      clock(),
    );
    if (enabled === false) await cancelPending(client, id);
    return changed;
  });
}
