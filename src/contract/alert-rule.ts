import { z } from 'zod';
import { severitySchema } from './alert.js';
import { withoutControls } from './auth.js';
import { roleSchema, timeInputSchema, timeSchema } from './common.js';
import { type SystemMeasureName, systemMeasures } from './system.js';
import { userDetectors } from './unusual-user.js';

const name100 = z.string().min(1).max(100);
const minutes = (most: number) => z.int().min(1).max(most);
const window60 = minutes(60).default(5).describe('Minutes that are looked back over');

/** Which calls a rule is about: all, or a service's, or a method's; and whether each service or method is judged by itself. */
const calls = {
  service_name: name100.optional(),
  method_name: name100.optional(),
  group_by: z.enum(['platform', 'service', 'method']).default('platform'),
};

export const latencyStatistics = ['avg', 'p50', 'p95', 'p99'] as const;

/** Calls take too long. */
export const latencyConditionSchema = z.strictObject({
  kind: z.literal('latency'),
  ...calls,
  statistic: z.enum(latencyStatistics).default('p95'),
  above: z.number().positive().max(86_400_000).describe('Milliseconds'),
  window_minutes: window60,
  min_samples: z.int().min(1).max(1_000_000).default(20).describe('Calls below which nothing is said'),
});

/** Too many fail: percent and count must both be reached, of enough calls. Actions without a time count too. */
export const errorRateConditionSchema = z.strictObject({
  kind: z.literal('error_rate'),
  ...calls,
  above: z.number().min(0).max(100).describe('Percent'),
  min_failures: z.int().min(1).max(1_000_000).default(5),
  min_samples: z.int().min(1).max(1_000_000).default(20).describe('Calls below which nothing is said'),
  window_minutes: window60,
});

/** Too much, too little, or nothing at all. One of `above`, `below`, `absent`. */
export const volumeConditionSchema = z
  .strictObject({
    kind: z.literal('volume'),
    of: z
      .enum(['calls', 'actions'])
      .default('calls')
      .describe('calls: by service and method; actions: by kind and role'),
    ...calls,
    action_type: name100.optional().describe('With `of: actions`'),
    user_type: roleSchema.optional().describe('With `of: actions`'),
    above: z.number().min(0).optional(),
    below: z.number().min(0).optional(),
    absent: z
      .literal(true)
      .optional()
      .describe('Nothing at all, though there was something in the 24 hours before'),
    min_before: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .default(1)
      .describe('With absent: how many there must have been in the 24 hours before, or nothing is said'),
    window_minutes: minutes(720).default(10),
  })
  .refine(
    ({ above, below, absent }) => [above, below, absent].filter((one) => one !== undefined).length === 1,
    { error: 'name one of above, below and absent', path: ['above'] },
  )
  .refine(({ of, action_type, user_type }) => of === 'actions' || !(action_type || user_type), {
    error: 'needs of: actions',
    path: ['action_type'],
  })
  .refine(
    ({ of, service_name, method_name, group_by }) =>
      of === 'calls' || !(service_name || method_name || group_by !== 'platform'),
    {
      error: 'needs of: calls',
      path: ['service_name'],
    },
  );

export const startStages = ['placed', 'accepted', 'preparing', 'ready', 'picked_up'] as const;
export const awaitedStages = [
  'accepted',
  'preparing',
  'ready',
  'courier_assigned',
  'picked_up',
  'delivered',
] as const;

/** An order reached one stage and not the other for too long. Ended orders are not stuck. */
export const stuckOrderConditionSchema = z
  .strictObject({
    kind: z.literal('stuck_order'),
    after: z.enum(startStages).default('placed'),
    without: z.enum(awaitedStages).default('accepted'),
    minutes: z.number().min(0.05).max(1_440).describe('How long that may take'),
    group_by: z.enum(['order', 'restaurant', 'platform']).default('order'),
    min_orders: z.int().min(1).max(100_000).default(1).describe('Of a restaurant or the platform, at a time'),
    restaurant_id: z.string().min(1).max(255).optional(),
  })
  .refine(({ after, without }) => stageRank(after) < stageRank(without), {
    error: 'must be a later stage than after',
    path: ['without'],
  })
  .refine(({ group_by, min_orders }) => group_by !== 'order' || min_orders === 1, {
    error: 'is for groups of orders',
    path: ['min_orders'],
  });

const stageOrder = ['placed', 'accepted', 'preparing', 'ready', 'courier_assigned', 'picked_up', 'delivered'];
const stageRank = (stage: string): number => stageOrder.indexOf(stage);

/** Somebody behaves unusually: see GET /api/unusual-users. */
export const unusualUserConditionSchema = z.strictObject({
  kind: z.literal('unusual_user'),
  detectors: z
    .array(z.enum(userDetectors))
    .min(1)
    .max(userDetectors.length)
    .optional()
    .describe('Default: all'),
  min_score: z.number().min(0).max(1).default(0.8),
});

export const watchedMetrics = ['calls', 'failures', 'failure_share', 'avg', 'p50', 'p95', 'p99'] as const;

/** A figure is unlike its own past: the same hours of other days and weeks, its trend, its neighbours. Needs no threshold. */
export const unusualMetricConditionSchema = z.strictObject({
  kind: z.literal('unusual_metric'),
  ...calls,
  metric: z.enum(watchedMetrics),
  direction: z.enum(['up', 'down', 'both']).default('both'),
  min_score: z
    .number()
    .min(0.05)
    .max(1)
    .default(0.9)
    .describe('0.5: one value in 10,000 of a quiet series; less where min_change says what is too far'),
  min_samples: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(20)
    .describe('Calls of a window below which nothing is said; of a fall of calls: that were expected'),
  window_minutes: minutes(60)
    .default(1)
    .describe(
      'Minutes of one value: more for what is called seldom; one value a window, one after the other',
    ),
  min_change: z
    .number()
    .min(1)
    .max(1_000)
    .default(1)
    .describe('How many times as much as expected it must be at least, or as little'),
  min_difference: z
    .number()
    .min(0)
    .max(1_000_000_000)
    .default(0)
    .describe('How far from what is expected it must be: calls, failures, milliseconds; of a share 0 to 1'),
});

const systemMeasureNames = Object.keys(systemMeasures) as [SystemMeasureName, ...SystemMeasureName[]];

/** The service itself is not well. One of `above` and `below`. */
export const systemConditionSchema = z
  .strictObject({
    kind: z.literal('system'),
    measure: z.enum(systemMeasureNames),
    above: z.number().optional(),
    below: z.number().optional(),
  })
  .refine(({ above, below }) => (above === undefined) !== (below === undefined), {
    error: 'name one of above and below',
    path: ['above'],
  });

export const conditionSchema = z.discriminatedUnion('kind', [
  latencyConditionSchema,
  errorRateConditionSchema,
  volumeConditionSchema,
  stuckOrderConditionSchema,
  unusualUserConditionSchema,
  unusualMetricConditionSchema,
  systemConditionSchema,
]);
export type Condition = z.output<typeof conditionSchema>;
export type ConditionOf<Kind extends Condition['kind']> = Extract<Condition, { kind: Kind }>;

const clockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM')
  .describe('HH:MM');

/** A zone of the IANA database. */
const timezone = z
  .string()
  .max(64)
  .refine((zone) => {
    try {
      return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
    } catch {
      return false;
    }
  }, 'is no IANA time zone')
  .meta({ examples: ['Europe/Istanbul'] });

/** When nobody is called; what still fires at its end is told then. */
export const quietHoursSchema = z.strictObject({
  days: z
    .array(z.int().min(1).max(7))
    .min(1)
    .max(7)
    .default([1, 2, 3, 4, 5, 6, 7])
    .describe('1 Monday to 7 Sunday: the days on which it begins'),
  from: clockTime,
  to: clockTime.describe('HH:MM; not later than from: of the next day'),
  timezone: timezone.default('UTC'),
});

const seconds = (most: number) => z.int().min(0).max(most);

/** What an admin says of a rule. */
export const ruleInputSchema = z.strictObject({
  name: z.string().trim().min(1).max(100).regex(withoutControls),
  description: z.string().trim().max(1_000).default(''),
  enabled: z.boolean().default(true),
  severity: severitySchema.default('warning'),
  condition: conditionSchema,
  for_seconds: seconds(86_400).default(0).describe('How long the condition must hold before it fires'),
  resolve_after_seconds: seconds(86_400)
    .default(0)
    .describe('How long it must not hold before it is resolved; four times that where it flaps'),
  cooldown_seconds: seconds(604_800)
    .default(0)
    .describe('After it was resolved, how long it does not fire again'),
  quiet_hours: z.array(quietHoursSchema).max(10).default([]),
  channels: z.array(z.uuid()).max(20).default([]).describe('Who is told; the live feed always is'),
  runbook_url: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .nullable()
    .default(null),
});
export type RuleInput = z.output<typeof ruleInputSchema>;

export const ruleSchema = z.object({
  id: z.uuid(),
  ...ruleInputSchema.shape,
  builtin: z.string().nullable().describe('Names a rule that was there from the first start'),
  created_at: timeSchema,
  updated_at: timeSchema,
  created_by: z.string().nullable(),
  firing: z.int().describe('Alerts of it that fire now'),
});
export type RuleView = z.output<typeof ruleSchema>;

/** Fields that are given change; a changed condition begins anew, and resolves what fired. */
export const changeRuleSchema = z
  .strictObject(
    Object.fromEntries(
      Object.entries(ruleInputSchema.shape).map(([field, schema]) => [field, bare(schema)]),
    ) as { [Field in keyof RuleInput]: z.ZodOptional<z.ZodType<RuleInput[Field]>> },
  )
  .refine((change) => Object.keys(change).length > 0, 'name a field to change');

/** Without its default, which would set what a change does not name. */
function bare(schema: z.ZodType): z.ZodType {
  return (schema instanceof z.ZodDefault ? (schema.unwrap() as z.ZodType) : schema).optional();
}

export const ruleListSchema = z.object({ rules: z.array(ruleSchema) });

export const ruleIdSchema = z.object({ id: z.uuid() });

export const dryRunSchema = z.strictObject({ rule: ruleInputSchema });

/** What a rule sees at one time. */
export const observationSchema = z.object({
  group: z.record(z.string(), z.string()),
  breached: z.boolean(),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  unit: z.string(),
  summary: z.string(),
});

export const dryRunAnswerSchema = z.object({
  at: timeSchema.describe('As of when'),
  breached: z.int().describe('Groups for which the condition holds'),
  groups: z.int().describe('Groups that could be judged'),
  observations: z.array(observationSchema).describe('Those for which it holds first, up to 100'),
  note: z.string().nullable(),
});

/** One rule as it might be, one that is, or all that are enabled; over what is kept. */
export const backtestSchema = z
  .strictObject({
    rule: ruleInputSchema.optional(),
    rule_id: z.uuid().optional(),
    from: timeInputSchema,
    to: timeInputSchema,
  })
  .refine(({ rule, rule_id }) => !(rule && rule_id), {
    error: 'name rule or rule_id, not both',
    path: ['rule_id'],
  })
  // Asked of what is no time, too.
  .refine(({ from, to }) => !(from >= to), { error: 'must be before to', path: ['from'] })
  .refine(({ from, to }) => !(Number(to) - Number(from) > 31 * 86_400_000), {
    error: 'may be 31 days before to at most',
    path: ['from'],
  });

export const firingSchema = z.object({
  rule_id: z.uuid().nullable(),
  rule_name: z.string(),
  severity: severitySchema,
  group: z.record(z.string(), z.string()),
  summary: z.string(),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  unit: z.string(),
  values: z.array(z.object({ at: timeSchema, value: z.number() })),
  started_at: timeSchema,
  fired_at: timeSchema,
  resolved_at: timeSchema.nullable().describe('null: still firing at the end'),
});
export type FiringView = z.output<typeof firingSchema>;

export const backtestAnswerSchema = z.object({
  from: timeSchema,
  to: timeSchema,
  steps: z.int().describe('Times at which the engine looked'),
  rules: z.int(),
  firings: z.array(firingSchema).describe('In the order in which they fired, up to 1,000'),
  total: z.int(),
  notes: z.array(z.string()).describe('What could not be replayed, and why'),
});
