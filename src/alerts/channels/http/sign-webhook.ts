import { Webhook } from 'standardwebhooks';

/**
 * The headers by which a receiver knows that a body is ours, whole, and when it was sent (Standard Webhooks 1.0.0: HMAC-SHA256 over `id.timestamp.body`, one
 * signature for each secret that is good). The time is that of this try, so that a retry of tomorrow is no replay.
 */
export function signWebhook(
  id: string,
  body: string,
  secrets: readonly string[],
  now: number,
): Record<string, string> {
  const at = new Date(now);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}
