import { z } from 'zod';
import { storedActionSchema } from './action.js';
import { timeInputSchema, timeSchema } from './common.js';

export const timeframes = ['hourly', 'daily', 'weekly', 'monthly'] as const;
export type Timeframe = (typeof timeframes)[number];

/** Longest span that `from` and `to` may ask about, in days: a question reads that many partitions. */
export const LONGEST_SPAN_DAYS = 92;

/** A rolling window by name, or a span by its ends. */
export const spanQuerySchema = z
  .object({
    timeframe: z.enum(timeframes).optional().describe('The last 1 h, 24 h, 7 d or 30 d; default daily'),
    from: timeInputSchema.optional(),
    to: timeInputSchema.optional(),
  })
  .superRefine(({ timeframe, from, to }, context) => {
    // Runs beside the fields' own checks: an end that is no time is still the text that was sent.
    const start = from instanceof Date ? from.getTime() : Number.NaN;
    const end = to instanceof Date ? to.getTime() : Number.NaN;
    const wrong = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if ((from === undefined) !== (to === undefined)) wrong(from ? 'to' : 'from', 'from and to go together');
    if (from && timeframe) wrong('timeframe', 'give a timeframe, or from and to');
    if (start >= end) wrong('to', 'must be after from');
    if (end - start > LONGEST_SPAN_DAYS * 86_400_000) {
      wrong('to', `a span may have ${LONGEST_SPAN_DAYS} days at most`);
    }
  });

const share = z.number().min(0).max(1).nullable().describe('A fraction of 1; null where nothing was counted');
const milliseconds = z.number().describe('Milliseconds');

export const platformAnalyticsSchema = z.object({
  timeframe: z.enum([...timeframes, 'custom']),
  from: timeSchema.describe('Inclusive'),
  to: timeSchema.describe('Exclusive'),
  user_activity: z.object({
    total_actions: z.int(),
    unique_users: z.int().describe('Distinct user_id; all anonymous callers together are one'),
    success_rate: share,
  }),
  service_metrics: z
    .array(
      z.object({
        service_name: z.string(),
        call_count: z.int(),
        avg_response_time: milliseconds,
        success_rate: share,
        p50: milliseconds,
        p95: milliseconds,
        p99: milliseconds,
      }),
    )
    .describe('Busiest service first'),
});

const ranked = z
  .array(z.object({ name: z.string(), count: z.int() }))
  .describe('Most frequent first, ten at most');

/** What a person's actions show. Everything but `total_actions` is read from `based_on`: the recent actions. */
export const behaviorPatternsSchema = z.object({
  total_actions: z.int().describe('All that are stored'),
  based_on: z.object({ actions: z.int(), from: timeSchema.nullable(), to: timeSchema.nullable() }),
  success_rate: share,
  top_actions: ranked,
  top_services: ranked,
  activity_by_hour: z.array(z.int()).length(24).describe('Actions by hour of day, UTC'),
  sessions: z.object({
    count: z.int().describe('Runs of actions with no gap of 30 minutes'),
    median_length: z.number().nullable().describe('Milliseconds from a session’s first action to its last'),
  }),
  median_gap: z.number().nullable().describe('Milliseconds from one action to the next; null below two'),
  last_seen: timeSchema.nullable(),
});

export const userAnalyticsSchema = z.object({
  user_id: z.string(),
  recent_actions: z.array(storedActionSchema).describe('Up to 100, newest first'),
  behavior_patterns: behaviorPatternsSchema,
});
