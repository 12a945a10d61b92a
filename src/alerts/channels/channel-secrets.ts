import { randomBytes } from 'node:crypto';
import { z } from 'zod';

/** How long the secret before the last rotation signs too, in ms: time to change it at the receiver's. */
export const ROTATION = 24 * 3_600_000;

/** What a webhook signs with. */
export const webhookSecretSchema = z.object({
  current: z.string(),
  /** Of the last rotation; good until Unix ms. */
  previous: z.object({ secret: z.string(), until: z.number() }).optional(),
});
export type WebhookSecret = z.infer<typeof webhookSecretSchema>;

/** A Slack URL: who has it may post. */
export const slackSecretSchema = z.object({ url: z.string() });
export type SlackSecret = z.infer<typeof slackSecretSchema>;

/** A signing secret of 256 random bits (Standard Webhooks asks for 192 to 512), base64 after its prefix. */
export const newSigningSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** The new secret, and the one so far as its predecessor; an earlier predecessor is good no more. */
export const rotated = ({ current }: WebhookSecret, now: number): WebhookSecret => ({
  current: newSigningSecret(),
  previous: { secret: current, until: now + ROTATION },
});

/** The secrets to sign with at a time, newest first. */
export const validSecrets = ({ current, previous }: WebhookSecret, now: number): string[] =>
  previous && previous.until > now ? [current, previous.secret] : [current];

/** A Slack URL as it may be shown: host, and the last four characters, by which people tell them apart. */
export function maskedUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}/…${pathname.length > 16 ? pathname.slice(-4) : ''}`;
}
