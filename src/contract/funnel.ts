import { z } from 'zod';
import { timeSchema } from './common.js';
import { spanQueryWith, timeframes } from './span.js';

export const funnelKeys = ['order', 'user', 'session'] as const;
export type FunnelKey = (typeof funnelKeys)[number];

const stepsSchema = z
  .union([
    z
      .string()
      .max(2_000)
      .transform((text) => text.split(',')),
    z.array(z.string()),
  ])
  .pipe(
    z
      .array(
        z
          .string()
          .trim()
          .min(1)
          .max(110)
          .refine((text) => !text.includes('\0'), 'must not contain NUL'),
      )
      .min(2)
      .max(10)
      .refine((steps) => new Set(steps).size === steps.length, 'a step may be named once'),
  )
  .describe(
    'Two to ten, in order, with commas between them (or `steps` repeated). A known event type is one; any other name is an action type. ' +
      '`event:` or `action:` before a name says so',
  )
  .meta({ examples: ['order_placed,order_accepted,order_delivered'] });

export const funnelQuerySchema = spanQueryWith({
  steps: stepsSchema,
  key: z
    .enum(funnelKeys)
    .default('order')
    .describe(
      'Whose steps belong together: those of one order (order events only), user (not anonymous) or session (actions only)',
    ),
  within_minutes: z.coerce
    .number()
    .positive()
    .max(10_080)
    .optional()
    .describe('Longest time from the first step to the last, for user and session; default: the whole span'),
});

const share = z.number().nullable().describe('A fraction of 1; null where there is too little to say');

export const funnelSchema = z
  .object({
    timeframe: z.enum([...timeframes, 'custom']),
    from: timeSchema.describe('Inclusive. For orders: whole hours, of the first event of each order'),
    to: timeSchema.describe('Exclusive'),
    timezone: z.string(),
    key: z.enum(funnelKeys),
    within_minutes: z.number().nullable(),
    insufficient: z.boolean().describe('Fewer than 20 began: counts stand, shares are null'),
    steps: z.array(
      z.object({
        step: z.string(),
        count: z.int().describe('Orders, users or sessions that did this and all before, in this order'),
        dropped: z.int().describe('Of those of the step before, how many did not come so far'),
        share_of_previous: share,
        share_of_first: share,
      }),
    ),
  })
  .meta({
    examples: [
      {
        timeframe: 'weekly',
        from: '2026-11-17T12:00:00.000Z',
        to: '2026-11-24T13:00:00.000Z',
        timezone: 'UTC',
        key: 'order',
        within_minutes: null,
        insufficient: false,
        steps: [
          { step: 'order_placed', count: 200, dropped: 0, share_of_previous: null, share_of_first: 1 },
          { step: 'order_delivered', count: 170, dropped: 30, share_of_previous: 0.85, share_of_first: 0.85 },
        ],
      },
    ],
  });
