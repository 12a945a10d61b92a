import { z } from 'zod';
import { timeInputSchema, timeSchema } from './common.js';
import { storableText } from './text.js';

/** Ways to be unusual as rows come in; see docs/decisions/0012. */
export const userDetectors = [
  'burst',
  'credential_stuffing',
  'scraping',
  'new_device_sensitive',
  'impossible_movement',
  'refund_abuse',
  'promo_abuse',
  'shared_session',
] as const;
export type UserDetectorName = (typeof userDetectors)[number];

export const subjectKinds = ['user_id', 'ip_address', 'session_id', 'courier_id'] as const;

export const unusualUserSchema = z.object({
  id: z.uuid().describe('UUIDv7; its time is `first_at`'),
  detector: z.enum(userDetectors),
  subject_kind: z.enum(subjectKinds).describe('An address is IPv4, or an IPv6 /64'),
  subject: z.string(),
  score: z
    .number()
    .min(0)
    .max(1)
    .describe(
      'The highest so far, on one scale for all: 0.75 is a chance of 1 in 1,000,000, 0.88 of 1 in 1e9',
    ),
  reason: z.string().describe('In words, with the figures'),
  evidence: z.array(z.uuid()).max(20).describe('Ids of actions or events that show it, oldest first'),
  since: timeSchema.describe('When what was found began'),
  first_at: timeSchema.describe('When it was found'),
  last_at: timeSchema.describe('When it was last seen to go on'),
  times: z.int().describe('How often it was told: at once, and every 5 minutes that it goes on'),
});
export type UnusualUser = z.output<typeof unusualUserSchema>;

export const unusualUserQuerySchema = z.object({
  detector: z
    .string()
    .max(200)
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(userDetectors)).min(1))
    .optional()
    .describe('One or more, with commas between them')
    .meta({ examples: ['credential_stuffing,scraping'] }),
  subject_kind: z.enum(subjectKinds).optional(),
  subject: storableText(255).min(1).optional().describe('A user, address, session or courier'),
  min_score: z.coerce.number().min(0).max(1).optional(),
  from: timeInputSchema.optional().describe('Found then or later'),
  to: timeInputSchema.optional().describe('Found before'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.uuid().toLowerCase().optional().describe('next_cursor of the page before, with the same filters'),
});
export type UnusualUserQuery = z.output<typeof unusualUserQuerySchema>;

export const unusualUserListSchema = z.object({
  unusual_users: z.array(unusualUserSchema).describe('Newest first'),
  next_cursor: z.uuid().nullable().describe('null on the last page'),
});
