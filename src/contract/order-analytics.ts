import { z } from 'zod';
import { timeSchema } from './common.js';
import { spanQueryWith, timeframes } from './span.js';

/** Fewer than this many, and shares and percentiles say nothing: they are null, and the answer says `insufficient`. */
export const SUFFICIENT = 20;

const share = z.number().nullable().describe('A fraction of 1; null where there is too little to say');
const milliseconds = z.number().describe('Milliseconds; within 1 %');
const insufficient = z
  .boolean()
  .describe(`Fewer than ${SUFFICIENT} orders: counts stand, shares and times are null`);

const spanShape = {
  timeframe: z.enum([...timeframes, 'custom']),
  from: timeSchema.describe('Inclusive. Whole hours: orders are counted by the hour of their first event'),
  to: timeSchema.describe('Exclusive'),
  timezone: z.string(),
};

const stageTimeSchema = z
  .object({
    orders: z.int().describe('That went this way'),
    p50: milliseconds,
    p90: milliseconds,
    p95: milliseconds,
  })
  .nullable()
  .describe(`Null where fewer than ${SUFFICIENT} orders went this way`);

export const stageTimesSchema = z.object({
  placed_to_accepted: stageTimeSchema,
  accepted_to_ready: stageTimeSchema,
  ready_to_picked_up: stageTimeSchema,
  picked_up_to_delivered: stageTimeSchema,
  placed_to_delivered: stageTimeSchema,
});

export const orderAmountsSchema = z
  .array(
    z.object({
      currency: z.string().describe('XXX: nobody said which'),
      placed: z.number(),
      captured: z.number(),
      refunded: z.number(),
      delivery_fee: z.number(),
      tip: z.number(),
    }),
  )
  .describe('By currency, in its main unit');

const groupShape = {
  orders: z.int(),
  insufficient,
  delivered: z.int(),
  rejected: z.int(),
  cancelled: z.int(),
  illegal: z.int().describe('Orders with something illegal'),
  late_share: share.describe(
    'Of the delivered: placed to delivered took longer than the target; the limit is within 1 %',
  ),
  cancelled_share: share,
  stage_times: stageTimesSchema,
};

export const groupings = ['restaurant', 'courier', 'hour_of_week'] as const;
export type Grouping = (typeof groupings)[number];

const targetMinutes = z.coerce
  .number()
  .min(1)
  .max(1_440)
  .default(45)
  .describe('Minutes from placed to delivered beyond which an order is late');

export const orderAnalyticsQuerySchema = spanQueryWith({
  target_minutes: targetMinutes,
  by: z
    .string()
    .max(100)
    .transform((text) => text.split(',').filter((name) => name !== ''))
    .pipe(z.array(z.enum(groupings)))
    .default(['restaurant', 'courier'])
    .describe(
      'Which groups to answer, with commas between them: restaurant, courier, hour_of_week (reads every hour of the span); default restaurant,courier',
    ),
  top: z.coerce.number().int().min(1).max(50).default(10).describe('Restaurants and couriers, busiest first'),
});

export const orderAnalyticsSchema = z.object({
  ...spanShape,
  target_minutes: z.number(),
  ...groupShape,
  funnel: z
    .array(
      z.object({
        stage: z.enum(['placed', 'accepted', 'ready', 'picked_up', 'delivered']),
        orders: z.int().describe('That came at least so far: a later stage shows the earlier ones'),
        share_of_previous: share,
        share_of_first: share,
        rejected: z.int().describe('Ended here by the restaurant'),
        cancelled: z.int().describe('Ended here'),
        open: z.int().describe('Came no further yet'),
      }),
    )
    .describe('placed, accepted, ready, picked_up, delivered'),
  amounts: orderAmountsSchema,
  by_restaurant: z.array(z.object({ restaurant_id: z.string(), ...groupShape })),
  by_courier: z.array(z.object({ courier_id: z.string(), ...groupShape })),
  by_hour_of_week: z
    .array(z.object({ weekday: z.int().describe('1 is Monday'), hour: z.int(), ...groupShape }))
    .describe(
      'In `timezone`, hours that had orders. Where its offset is not of whole hours, by the hour that each began in',
    ),
});

export const partyQuerySchema = spanQueryWith({ target_minutes: targetMinutes });

const date = z.iso.date().describe('In `timezone`; an order belongs to the day of its first event');

export const restaurantAnalyticsSchema = z.object({
  ...spanShape,
  target_minutes: z.number(),
  restaurant_id: z.string(),
  ...groupShape,
  accepted: z.int(),
  accepted_share: share,
  preparation: stageTimeSchema.describe('accepted to ready'),
  amounts: orderAmountsSchema,
  days: z.array(
    z.object({
      date,
      orders: z.int(),
      accepted: z.int(),
      rejected: z.int(),
      cancelled: z.int(),
      delivered: z.int(),
      amounts: orderAmountsSchema,
    }),
  ),
});

const earningsSchema = z
  .array(z.object({ currency: z.string(), delivery_fee: z.number(), tip: z.number(), total: z.number() }))
  .describe('By currency, in its main unit');

export const courierAnalyticsSchema = z.object({
  ...spanShape,
  target_minutes: z.number(),
  courier_id: z.string(),
  ...groupShape,
  earnings: earningsSchema,
  days: z.array(z.object({ date, orders: z.int(), delivered: z.int(), earnings: earningsSchema })),
});
