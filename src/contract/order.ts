import { z } from 'zod';
import { timeInputSchema, timeSchema } from './common.js';
import { storableText } from './text.js';

export const orderStates = [
  'unknown',
  'placed',
  'accepted',
  'preparing',
  'ready',
  'picked_up',
  'delivered',
  'rejected',
  'cancelled',
] as const;

export const orderStateSchema = z
  .enum(orderStates)
  .describe('unknown: only payments, reviews or disputes of it are known');

export const illegalSchema = z.object({
  code: z.string(),
  detail: z.string(),
  event_ids: z.array(z.string()).describe('The events that show it'),
});

const time = timeSchema.nullable();

/** One order as all of its events tell it, whatever the order in which they came. */
export const orderSchema = z.object({
  order_id: z.string(),
  state: orderStateSchema,
  state_since: timeSchema,
  customer_id: z.string().nullable(),
  restaurant_id: z.string().nullable(),
  courier_id: z.string().nullable().describe('The one assigned last'),
  currency: z.string().nullable(),
  amount: z.number().nullable().describe('As placed, in the main unit of the currency'),
  captured: z.number(),
  refunded: z.number(),
  first_at: timeSchema.describe('Of its first event'),
  last_at: timeSchema.describe('Of its last event'),
  placed_at: time,
  accepted_at: time,
  preparing_at: time,
  ready_at: time,
  courier_assigned_at: time,
  picked_up_at: time,
  delivered_at: time,
  rejected_at: time,
  cancelled_at: time,
  illegal: z.array(illegalSchema).describe('What may not happen and did; each code once'),
});

export type OrderAnswer = z.output<typeof orderSchema>;

export const orderSorts = ['newest', 'longest_in_state'] as const;

/** Filters hold together. */
export const orderListQuerySchema = z
  .object({
    state: z
      .string()
      .max(200)
      .transform((text) => text.split(','))
      .pipe(z.array(z.enum(orderStates)).min(1))
      .optional()
      .describe('One or more, with commas between them')
      .meta({ examples: ['placed,accepted'] }),
    in_state_minutes: z.coerce
      .number()
      .min(0)
      .max(525_600)
      .optional()
      .describe('At least so long in its state; needs `state`'),
    customer_id: storableText(255).min(1).optional(),
    restaurant_id: storableText(255).min(1).optional(),
    courier_id: storableText(255).min(1).optional(),
    illegal: z
      .stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] })
      .optional()
      .describe('Only orders with something illegal, or only those without'),
    from: timeInputSchema.optional().describe('First event at or after'),
    to: timeInputSchema.optional().describe('First event before'),
    sort: z
      .enum(orderSorts)
      .optional()
      .describe('Default: longest_in_state where in_state_minutes is given, else newest'),
    limit: z.coerce.number().int().min(1).max(200).default(50),
    cursor: z
      .string()
      .max(1_000)
      .optional()
      .describe('next_cursor of the page before, with the same filters'),
  })
  .superRefine(({ state, in_state_minutes, sort }, context) => {
    if (state !== undefined) return;
    const wrong = (path: string) =>
      context.addIssue({ code: 'custom', path: [path], message: 'needs `state`' });
    if (in_state_minutes !== undefined) wrong('in_state_minutes');
    if (sort === 'longest_in_state') wrong('sort');
  });

export const orderListSchema = z
  .object({
    orders: z.array(orderSchema),
    next_cursor: z.string().nullable().describe('Ask again with it as `cursor`; null at the end'),
  })
  .meta({
    examples: [
      {
        orders: [
          {
            order_id: 'o_981',
            state: 'delivered',
            state_since: '2026-11-24T12:41:07.000Z',
            customer_id: 'u_17',
            restaurant_id: 'r_5',
            courier_id: 'd_3',
            currency: 'TRY',
            amount: 249.9,
            captured: 249.9,
            refunded: 0,
            first_at: '2026-11-24T12:03:00.000Z',
            last_at: '2026-11-24T12:41:07.000Z',
            placed_at: '2026-11-24T12:03:00.000Z',
            accepted_at: '2026-11-24T12:04:30.000Z',
            preparing_at: null,
            ready_at: '2026-11-24T12:20:00.000Z',
            courier_assigned_at: '2026-11-24T12:10:00.000Z',
            picked_up_at: null,
            delivered_at: '2026-11-24T12:41:07.000Z',
            rejected_at: null,
            cancelled_at: null,
            illegal: [
              {
                code: 'delivered_without_pickup',
                detail: 'Delivered, and never picked up.',
                event_ids: ['019ab4f1-6c00-7a31-8b2e-5f0d3c1a9e77'],
              },
            ],
          },
        ],
        next_cursor: null,
      },
    ],
  });

const sincePrevious = z.number().nullable().describe('Milliseconds since the one before; null for the first');

const entrySchema = z.object({
  id: z.string(),
  at: timeSchema,
  since_previous: sincePrevious,
  event_type: z.string(),
  party: z
    .enum(['customer', 'restaurant', 'courier', 'payment', 'platform'])
    .describe('Whose side of the order it is'),
  triggered_by: z.string(),
  identity: z.enum(['token', 'service', 'anonymous']).describe('How triggered_by is known'),
  entity_type: z.string(),
  entity_id: z.string(),
  locations: z
    .object({
      count: z.int(),
      until: timeSchema,
      last: z.unknown().describe('Data of the last one; `data` is the first one’s'),
    })
    .nullable()
    .describe('Of delivery_location: all that came before the next other event are one entry'),
  data: z.unknown(),
});

export const orderTimelineSchema = z.object({
  order_id: z.string(),
  order: orderSchema.nullable().describe('Null where only types that are not known, or places, were sent'),
  stages: z
    .array(z.object({ stage: z.string(), at: timeSchema, since_previous: sincePrevious }))
    .describe('Those that were reached, in the order of time'),
  payments: z.array(
    z.object({
      id: z.string(),
      at: timeSchema,
      event_type: z.string(),
      amount: z.number().nullable(),
      currency: z.string().nullable(),
      payment_id: z.string().nullable(),
    }),
  ),
  entries: z.array(entrySchema).describe('In the order of time, all parties together'),
  truncated: z.boolean().describe('There are more entries than are shown'),
});
