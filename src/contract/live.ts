import { z } from 'zod';
import { severitySchema } from './alert.js';
import { roleSchema } from './common.js';

/** What may be asked for: rows, alerts, and with `system` a tick a second. */
export const liveTypes = ['action', 'event', 'alert', 'system'] as const;

/** Fields that a subscription may ask for. All that are given must hold; what a message does not have matches nothing. */
export const liveFilterSchema = z.strictObject({
  /** Without it: actions, events and alerts. */
  types: z.array(z.enum(liveTypes)).min(1).max(liveTypes.length).optional(),
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
  /** Of an alert: one, or any of several. */
  severity: z.union([severitySchema, z.array(severitySchema).min(1).max(3)]).optional(),
});

export type LiveFilter = z.output<typeof liveFilterSchema>;

/** Where a feed stands, the same at every replica. Not to be looked into: what its parts mean is in src/live/live-cursor.ts. */
export const liveCursorSchema = z
  .string()
  .max(200)
  .regex(/^\d{1,15}(\.\d{1,6}(@\d{1,15})?)?(-\d{1,15}(:\d{1,15})?)*$/, 'must be the cursor of a message');

/** What a client may send, at any time; the new filter takes the place of the old one. */
export const liveRequestSchema = z.strictObject({
  type: z.literal('subscribe'),
  filter: liveFilterSchema.default({}),
  /** The cursor of the last message seen: what came after it is sent again, or a `gap` says what cannot be. */
  after: liveCursorSchema.nullish(),
});

/** What a second was made of, over all replicas; counts are of what committed in it. */
export const liveTickSchema = z.object({
  /** ISO 8601. */
  at: z.string(),
  /** Seconds that it covers: 1, or more after a second in which the database did not answer. */
  seconds: z.number().int(),
  actions: z.number().int(),
  /** Of the actions. */
  failures: z.number().int(),
  events: z.number().int(),
  /** Timed calls, of actions and metrics. */
  calls: z.number().int(),
  call_failures: z.number().int(),
  /** Milliseconds, over all calls; null without any. */
  p50: z.number().nullable(),
  p95: z.number().nullable(),
});
export type LiveTick = z.output<typeof liveTickSchema>;

/** The one-time stand-in for a token, for browsers, whose WebSocket cannot send headers. */
export const liveTicketSchema = z
  .object({
    ticket: z.string().describe('For `?ticket=` of the feed, once'),
    expires_in: z.literal(30).describe('Seconds'),
  })
  .meta({ examples: [{ ticket: 'eyJ1c2VyX2lkIjoi….kZ3x…', expires_in: 30 }] });
