import { z } from 'zod';
import { roleSchema } from './common.js';

/** Fields that a subscription may ask for. All that are given must hold; what a message does not have matches nothing. */
export const liveFilterSchema = z.strictObject({
  types: z
    .array(z.enum(['action', 'event']))
    .min(1)
    .max(2)
    .optional(),
  service_name: z.string().max(100).optional(),
  method_name: z.string().max(100).optional(),
  /** Of an event: who triggered it. */
  user_id: z.string().max(255).optional(),
  user_type: roleSchema.optional(),
  success: z.boolean().optional(),
  event_type: z.string().max(100).optional(),
  entity_id: z.string().max(255).optional(),
  /** Of an event: the order that it is about, whatever its entity. */
  order_id: z.string().max(255).optional(),
});

export type LiveFilter = z.output<typeof liveFilterSchema>;

/** What a client may send, at any time; the new filter takes the place of the old one. */
export const liveRequestSchema = z.strictObject({
  type: z.literal('subscribe'),
  filter: liveFilterSchema.default({}),
  /** The cursor of the last message seen: what came after it is sent again, or a `gap` says what cannot be. */
  after: z.guid().toLowerCase().nullish(),
});

/** The one-time stand-in for a token, for browsers, whose WebSocket cannot send headers. */
export const liveTicketSchema = z
  .object({
    ticket: z.string().describe('For `?ticket=` of the feed, once'),
    expires_in: z.literal(30).describe('Seconds'),
  })
  .meta({ examples: [{ ticket: 'eyJ1c2VyX2lkIjoi….kZ3x…', expires_in: 30 }] });
