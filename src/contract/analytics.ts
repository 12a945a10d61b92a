import { z } from 'zod';
import { storedActionSchema } from './action.js';
import { behaviorPatternsSchema, findingSchema } from './behaviour.js';
import { roles, timeSchema } from './common.js';
import { spanQueryWith, timeframes } from './span.js';
import { storableText } from './text.js';

export const share = z
  .number()
  .min(0)
  .max(1)
  .nullable()
  .describe('A fraction of 1; null where nothing was counted');
export const milliseconds = z.number().describe('Milliseconds');
const change = z
  .number()
  .nullable()
  .describe(
    'Against the previous period, as a fraction: 0.1 is a tenth more. Counts are compared per hour. Null where there was none before',
  );

/** What was counted, and against what. */
const spanShape = {
  timeframe: z.enum([...timeframes, 'custom']),
  from: timeSchema.describe('Inclusive'),
  to: timeSchema.describe('Exclusive. Of a rolling window: now, or the newest row if its clock is ahead'),
  timezone: z.string(),
};

/** How calls went; percentiles are within 1 % of the exact ones. */
const callsShape = {
  call_count: z.int(),
  failures: z.int(),
  success_rate: share,
  avg_response_time: milliseconds,
  min: milliseconds,
  max: milliseconds,
  p50: milliseconds,
  p95: milliseconds,
  p99: milliseconds,
};

export const errorGroupSchema = z.object({
  service_name: z.string(),
  method_name: z.string(),
  message: z.string().describe('Without what varies: ids, numbers and quoted text are <id>, <n>, <text>'),
  failures: z.int(),
  last_id: z.string().describe('The newest action that shows it'),
});

const serviceSchema = z.object({
  service_name: z.string(),
  ...callsShape,
  change: z.object({ call_count: change, avg_response_time: change, failure_rate: change }),
});

const previousSchema = z.object({
  from: timeSchema,
  to: timeSchema,
  total_actions: z.int(),
  unique_users: z.int(),
  failures: z.int(),
  success_rate: share,
  call_count: z.int(),
  avg_response_time: milliseconds.nullable(),
});

export const platformAnalyticsSchema = z.object({
  ...spanShape,
  user_activity: z.object({
    total_actions: z.int(),
    unique_users: z
      .int()
      .describe('Distinct user_id, all anonymous callers being one; exact to 10,000, within 1 % beyond'),
    success_rate: share,
    failures: z.int(),
  }),
  previous: previousSchema.describe('The same length of time, right before'),
  change: z.object({ total_actions: change, unique_users: change, failure_rate: change, call_count: change }),
  service_metrics: z.array(serviceSchema).describe('Busiest service first'),
  user_types: z
    .array(
      z.object({
        user_type: z.string().describe('unknown: the action said none'),
        actions: z.int(),
        failures: z.int(),
        success_rate: share,
        unique_users: z.int(),
      }),
    )
    .describe('Most active first'),
  top_actions: z
    .array(z.object({ action_type: z.string(), actions: z.int(), failures: z.int(), success_rate: share }))
    .describe('Most frequent first, ten at most'),
  top_errors: z.array(errorGroupSchema).describe('Most frequent first, ten at most'),
});

export const timeseriesMetrics = [
  'actions',
  'failures',
  'success_rate',
  'unique_users',
  'calls',
  'call_failures',
  'call_success_rate',
  'avg',
  'p50',
  'p95',
  'p99',
  'max',
] as const;
export type TimeseriesMetric = (typeof timeseriesMetrics)[number];

export const resolutions = ['minute', 'hour', 'day'] as const;
export type Resolution = (typeof resolutions)[number];

/** Most points of one answer. */
export const MOST_POINTS = 500;

export const timeseriesQuerySchema = spanQueryWith({
  metric: z
    .enum(timeseriesMetrics)
    .default('actions')
    .describe(
      'actions, failures, success_rate, unique_users: of actions, and may be split by `user_type`. calls, call_failures, call_success_rate, avg, p50, p95, p99, max (ms): of service calls, and may be split by `service` and `method`',
    ),
  resolution: z
    .enum(resolutions)
    .optional()
    .describe(`Default: the finest that gives ≤ ${MOST_POINTS} points`),
  service: storableText(100).min(1).optional(),
  method: storableText(100).min(1).optional().describe('Of `service`'),
  user_type: z.enum([...roles, 'unknown']).optional(),
}).superRefine((query, context) => {
  const wrong = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message });
  const ofActions = ['actions', 'failures', 'success_rate', 'unique_users'].includes(query.metric);
  if (query.method !== undefined && query.service === undefined)
    wrong('method', 'is a method of a service: name the service, too');
  if (ofActions && query.service !== undefined)
    wrong('service', `${query.metric} cannot be split by service; ask for calls, p95 and the like`);
  if (!ofActions && query.user_type !== undefined)
    wrong('user_type', `${query.metric} cannot be split by user type; ask for actions and the like`);
});

export const timeseriesSchema = z.object({
  ...spanShape,
  metric: z.enum(timeseriesMetrics),
  resolution: z.enum(resolutions),
  points: z
    .array(
      z.object({
        from: timeSchema,
        value: z
          .number()
          .nullable()
          .describe('Counts are 0 where nothing was; times and rates are null there'),
      }),
    )
    .max(MOST_POINTS)
    .describe('One a bucket, in order, without gaps; the first and last may be cut by the span'),
});

export const servicesSchema = z.object({
  ...spanShape,
  services: z.array(serviceSchema).describe('Busiest first'),
});

export const serviceAnalyticsSchema = z.object({
  ...spanShape,
  service_name: z.string(),
  total: z.object(callsShape).nullable().describe('Null where the service was not called'),
  methods: z.array(z.object({ method_name: z.string(), ...callsShape })).describe('Busiest first'),
  errors: z.array(errorGroupSchema).describe('Most frequent first, twenty at most'),
});

const userSchema = z.object({
  user_id: z.string(),
  user_type: z.string().describe('Of the last action; unknown: it said none'),
  actions: z.int(),
  failures: z.int(),
  success_rate: share,
  last_seen: timeSchema,
});

export const usersSchema = z.object({
  ...spanShape,
  most_active: z.array(userSchema).describe('Twenty at most'),
  most_failing: z.array(userSchema).describe('By number of failures, twenty at most'),
  newly_unusual: z
    .array(
      z.object({
        user_id: z.string(),
        user_type: z.string(),
        score: z.number().min(0).max(1).describe('Of the strongest finding'),
        findings: z.array(findingSchema),
      }),
    )
    .describe('Whose today or yesterday is unlike their own past, strongest first, twenty at most'),
});

export const userAnalyticsSchema = z.object({
  user_id: z.string(),
  recent_actions: z.array(storedActionSchema).describe('Up to 100, newest first'),
  behavior_patterns: behaviorPatternsSchema,
});
