import type { Notice } from '../../contract/alert.js';
import { slackSecretSchema, validSecrets, webhookSecretSchema } from './channel-secrets.js';
import { type ClaimedDelivery, messageId } from './delivery-record.js';
import { sendJson } from './http/send-json.js';
import { signWebhook } from './http/sign-webhook.js';
import type { TargetGuard } from './http/target-guard.js';
import type { MailSender } from './mail/mail-sender.js';
import { type Outcome, refused } from './outcome.js';
import type { Seal } from './seal.js';
import { slackBody } from './slack/slack-body.js';

/** What sending needs from outside. */
export interface SendingParts {
  guard: TargetGuard;
  seal: Seal;
  /** Undefined: no mail server is set. */
  mail: MailSender | undefined;
  /** Where people reach this service. */
  publicUrl: string | undefined;
  /** Unix ms. */
  clock: () => number;
}

/** A channel whose secret cannot be opened: it was sealed with another JWT_SECRET. */
const SEALED =
  'the secret of this channel cannot be read: was JWT_SECRET changed? Rotate the secret of a webhook, set the URL of a Slack channel anew';

/** Sends a notice the way of its channel, once, and says what came of it. Rejects only when `signal` ended it. */
export async function sendNotice(
  delivery: ClaimedDelivery & { channel: NonNullable<ClaimedDelivery['channel']> },
  parts: SendingParts,
  signal: AbortSignal,
): Promise<Outcome> {
  const { channel, notice, kind } = delivery;
  const id = messageId(delivery);
  const { guard, publicUrl, clock } = parts;
  const now = clock();
  switch (kind) {
    case 'webhook': {
      const secret = webhookSecretSchema.safeParse(openSecret(delivery, parts)).data;
      if (!secret || channel.target.url === undefined) return refused(SEALED);
      const body = JSON.stringify(notice satisfies Notice);
      const headers = signWebhook(id, body, validSecrets(secret, now), now);
      return sendJson({ url: channel.target.url, body, headers, guard, signal, now });
    }
    case 'slack': {
      const secret = slackSecretSchema.safeParse(openSecret(delivery, parts)).data;
      if (!secret) return refused(SEALED);
      const body = JSON.stringify(slackBody(notice, publicUrl));
      return sendJson({ url: secret.url, body, headers: {}, guard, signal, now });
    }
    case 'email': {
      if (!parts.mail) return refused('no mail server is set (SMTP_URL)');
      const to = (channel.target.addresses ?? []).filter((address) => !delivery.reached.includes(address));
      return parts.mail.send({ id, notice, to, channel: delivery.channel_name }, signal);
    }
  }
}

function openSecret(
  { channel_id, channel }: { channel_id: string; channel: { secret: Buffer | null } },
  { seal }: SendingParts,
): unknown {
  try {
    return channel.secret && seal.open(channel_id, channel.secret);
  } catch {
    return undefined;
  }
}
