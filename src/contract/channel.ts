import { z } from 'zod';
import { emailSchema } from './account.js';
import { withoutControls } from './auth.js';
import { timeSchema } from './common.js';

export const channelKinds = ['webhook', 'slack', 'email'] as const;
export type ChannelKind = (typeof channelKinds)[number];

const nameSchema = z.string().trim().min(1).max(100).regex(withoutControls);

const urlSchema = z
  .string()
  .max(2_048)
  .describe(
    'http or https, without user and password. Addresses of private networks are refused unless ALLOW_PRIVATE_TARGETS names them; a redirect is not followed.',
  );

const addressesSchema = z
  .array(emailSchema)
  .min(1)
  .max(20)
  .transform((list) => [...new Set(list)])
  .describe('1 to 20 mail addresses');

export const createChannelSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('webhook'),
      name: nameSchema,
      url: urlSchema,
      enabled: z.boolean().default(true),
    }),
    z.strictObject({
      kind: z.literal('slack'),
      name: nameSchema,
      url: urlSchema.describe(
        'A Slack-compatible incoming webhook; who has it may post, so it is never shown',
      ),
      enabled: z.boolean().default(true),
    }),
    z.strictObject({
      kind: z.literal('email'),
      name: nameSchema,
      addresses: addressesSchema,
      enabled: z.boolean().default(true),
    }),
  ])
  .meta({
    examples: [
      { kind: 'webhook', name: 'Incident desk', url: 'https://incidents.example.com/hooks/foodie' },
      { kind: 'slack', name: '#payments', url: 'https://hooks.slack.com/services/T000/B000/abc123' },
      { kind: 'email', name: 'On call', addresses: ['on-call@example.com'] },
    ],
  });
export type CreateChannel = z.output<typeof createChannelSchema>;

export const changeChannelSchema = z
  .strictObject({
    name: nameSchema.optional(),
    enabled: z.boolean().optional().describe('false also cancels what waits for it'),
    url: urlSchema.optional().describe('Of a webhook or Slack channel'),
    addresses: addressesSchema.optional().describe('Of an email channel'),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), 'name something to change')
  .meta({ examples: [{ enabled: false }] });

export const channelSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  kind: z.enum(channelKinds),
  target: z
    .object({ url: z.string().optional(), addresses: z.array(z.string()).optional() })
    .describe('Where it goes; of a Slack URL only its ends'),
  enabled: z.boolean(),
  disabled_reason: z.string().nullable().describe('Why it was switched off, where it was not a person'),
  created_at: timeSchema,
  updated_at: timeSchema,
  created_by: z.string().nullable(),
});
export type ChannelView = z.infer<typeof channelSchema>;

const signingSecretSchema = z
  .string()
  .describe('Shown this once. Verifies webhook-signature (Standard Webhooks, HMAC-SHA256)')
  .meta({ examples: ['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'] });

export const createdChannelSchema = channelSchema.extend({
  secret: signingSecretSchema.optional().describe('Of a webhook; shown this once'),
});

export const rotatedSecretSchema = z.object({
  id: z.uuid(),
  secret: signingSecretSchema,
  previous_valid_until: timeSchema.describe('Until then the old secret signs beside the new one'),
});

export const channelListSchema = z.object({
  channels: z.array(channelSchema),
  next_cursor: z.uuid().nullable().describe('null on the last page'),
});

export const channelIdSchema = z.object({ id: z.uuid() });
