import { Problem } from '../../http/problem.js';
import { inTransaction } from '../../store/in-transaction.js';
import type { ChannelParts } from './change-channel.js';
import { newSigningSecret, rotated, type WebhookSecret, webhookSecretSchema } from './channel-secrets.js';
import { lockChannel, updateChannel } from './queries/update-channel.js';

export interface RotatedSecret {
  secret: string;
  /** Unix ms. */
  previous_valid_until: number;
}

/**
 * Gives a webhook a new secret; the one so far signs beside it for 24 h. One that cannot be read any more (JWT_SECRET was changed) is replaced. Undefined where
 * there is no such channel; a 409 Problem where it has no secret.
 */
export async function rotateSecret(
  id: string,
  { pool, seal, clock }: ChannelParts,
): Promise<RotatedSecret | undefined> {
  const now = clock();
  return inTransaction(pool, async (client) => {
    const channel = await lockChannel(client, id);
    if (!channel) return undefined;
    if (channel.kind !== 'webhook') throw new Problem('conflict', 'Only a webhook has a signing secret.');
    let next: WebhookSecret;
    try {
      next = rotated(webhookSecretSchema.parse(channel.secret && seal.open(channel.id, channel.secret)), now);
    } catch {
      next = { current: newSigningSecret() };
    }
    await updateChannel(client, { ...channel, secret: seal.seal(channel.id, next) }, now);
    return { secret: next.current, previous_valid_until: next.previous?.until ?? now };
  });
}
