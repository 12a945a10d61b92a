import { z } from 'zod';
import { roleSchema } from './common.js';

/** What the server sends: `{type, cursor, data}`. */
export const liveTypes = ['hello', 'action', 'event', 'alert', 'gap', 'system'] as const;

/** Fields of a row that a subscription may ask for; all that are given must match. */
export const liveFilterSchema = z.strictObject({
  types: z
    .array(z.enum(['action', 'event']))
    .min(1)
    .optional(),
  service_name: z.string().max(100).optional(),
  method_name: z.string().max(100).optional(),
  user_id: z.string().max(255).optional(),
  user_type: roleSchema.optional(),
  success: z.boolean().optional(),
  event_type: z.string().max(100).optional(),
  entity_id: z.string().max(255).optional(),
});

export type LiveFilter = z.output<typeof liveFilterSchema>;

/** What a client may send, at any time. */
export const liveRequestSchema = z.object({
  type: z.literal('subscribe'),
  filter: liveFilterSchema.default({}),
  after: z.guid().toLowerCase().optional().describe('The cursor of the last message seen'),
});

/** The one-time stand-in for a token, for browsers, whose WebSocket cannot send headers. */
export const liveTicketSchema = z.object({
  ticket: z.string(),
  expires_in: z.literal(30).describe('Seconds'),
});
