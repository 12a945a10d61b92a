import { z } from 'zod';
import { timeSchema, uuidV7Schema } from './common.js';
import { eventDataSchemas } from './event-data.js';

/** One business event as a client sends it. Known types are checked against their own schema of `event_data`. */
export const eventSchema = z
  .object({
    id: uuidV7Schema.nullish(),
    event_type: z
      .string()
      .min(1)
      .max(100)
      .describe(`Known: ${Object.keys(eventDataSchemas).join(', ')}`),
    entity_type: z.string().min(1).max(50).describe('order, user, restaurant, delivery, …'),
    entity_id: z.string().min(1).max(255),
    event_data: z
      .unknown()
      .optional()
      .describe(
        'Any JSON; redacted. Known types have a schema each. `order_id` says which order it is about (default: entity_id of an order). ' +
          'A user token sets its own party of an order: customer_id, restaurant_id or courier_id by its role',
      ),
    triggered_by: z.string().max(255).nullish().describe('Overridden by a user token'),
  })
  .superRefine((event, context) => {
    // A type may be called `constructor`.
    const known = Object.hasOwn(eventDataSchemas, event.event_type);
    const schema = known ? eventDataSchemas[event.event_type] : undefined;
    const result = schema?.safeParse(event.event_data ?? {});
    for (const issue of result?.error?.issues ?? []) {
      context.addIssue({ code: 'custom', message: issue.message, path: ['event_data', ...issue.path] });
    }
  })
  .meta({
    examples: [
      {
        event_type: 'order_placed',
        entity_type: 'order',
        entity_id: 'o_981',
        event_data: { customer_id: 'u_17', restaurant_id: 'r_5', amount: 249.9, currency: 'TRY' },
      },
    ],
  });

export type EventInput = z.output<typeof eventSchema>;

/** One business event as it is stored and pushed. */
export const storedEventSchema = z.object({
  id: z.string(),
  event_type: z.string(),
  entity_type: z.string(),
  entity_id: z.string(),
  order_id: z.string().nullish().describe('The order that it is about'),
  event_data: z.unknown(),
  triggered_by: z.string(),
  timestamp: timeSchema.describe("The id's time"),
  received_at: timeSchema,
  ip_address: z.string().nullable(),
  identity: z.enum(['token', 'service', 'anonymous']),
});
