import type { CreateChannel } from '../../contract/channel.js';
import { newUuidV7 } from '../../store/new-uuid-v7.js';
import type { ChannelParts } from './change-channel.js';
import type { ChannelRecord } from './channel-record.js';
import { newSigningSecret, type SlackSecret, type WebhookSecret } from './channel-secrets.js';
import { insertChannel } from './queries/insert-channel.js';
import { checkedUrl, noMailServer, slackTarget } from './settle-channel.js';

/** Makes a channel; of a webhook with the secret that is shown this once. Throws a 422 Problem for a URL that is refused, or a mail channel without a mail server. */
export async function createChannel(
  input: CreateChannel,
  created_by: string,
  { pool, guard, seal, clock, hasMail }: ChannelParts,
): Promise<{ channel: ChannelRecord; secret?: string }> {
  const at = clock();
  const id = newUuidV7(at);
  const shared = { id, name: input.name, kind: input.kind, enabled: input.enabled, created_by, at };
  switch (input.kind) {
    case 'webhook': {
      const url = await checkedUrl(guard, input.url);
      const secret = newSigningSecret();
      const sealed = seal.seal(id, { current: secret } satisfies WebhookSecret);
      return { channel: await insertChannel(pool, { ...shared, target: { url }, secret: sealed }), secret };
    }
    case 'slack': {
      const url = await checkedUrl(guard, input.url);
      const sealed = seal.seal(id, { url } satisfies SlackSecret);
      return { channel: await insertChannel(pool, { ...shared, target: slackTarget(url), secret: sealed }) };
    }
    case 'email': {
      if (!hasMail) throw noMailServer();
      const target = { addresses: input.addresses };
      return { channel: await insertChannel(pool, { ...shared, target, secret: null }) };
    }
  }
}
