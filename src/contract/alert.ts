import { z } from 'zod';
import { pageQuerySchema } from './account.js';
import { withoutControls } from './auth.js';
import { timeInputSchema, timeSchema } from './common.js';

/** How bad it is: somebody should know, should look today, should get up. */
export const severities = ['info', 'warning', 'critical'] as const;
export const severitySchema = z.enum(severities);
export type Severity = z.infer<typeof severitySchema>;

/** What a rule looks at. */
export const ruleKinds = [
  'latency',
  'error_rate',
  'volume',
  'stuck_order',
  'unusual_user',
  'unusual_metric',
  'system',
] as const;
export type RuleKind = (typeof ruleKinds)[number];

/** One firing of one rule for one group: what the API answers with, channels send and the live feed pushes. */
export const alertSchema = z.object({
  id: z.uuid(),
  rule_id: z.uuid(),
  rule_name: z.string(),
  kind: z.enum(ruleKinds),
  severity: severitySchema,
  group: z
    .record(z.string(), z.string())
    .describe('What it is about, such as `service_name`, `order_id` or `user_id`; empty: the platform'),
  status: z.enum(['firing', 'resolved']),
  summary: z.string().describe('What is wrong, in plain words, with the figures'),
  value: z.number().nullable().describe('The newest value'),
  threshold: z.number().nullable(),
  unit: z.string().describe('Of both: ms, %, calls, minutes, score, …'),
  values: z
    .array(z.object({ at: timeSchema, value: z.number() }))
    .describe('The values that fired it, oldest first'),
  started_at: timeSchema.describe('Since when the condition held'),
  fired_at: timeSchema,
  resolved_at: timeSchema.nullable(),
  acknowledged_at: timeSchema.nullable(),
  acknowledged_by: z.string().nullable(),
  silenced: z.boolean().describe('Nobody was called: a silence or quiet hours'),
  runbook_url: z.string().nullable(),
});
export type AlertView = z.infer<typeof alertSchema>;

/** What channels are told. */
export const noticeTypes = ['alert.fired', 'alert.resolved', 'channel.test'] as const;
export type NoticeType = (typeof noticeTypes)[number];

/** One thing to tell: the body of a webhook, and what a mail is made of. */
export interface Notice {
  type: NoticeType;
  /** ISO 8601. */
  timestamp: string;
  data: AlertView;
}

/** One alert with all that happened to it. */
export const alertDetailSchema = alertSchema.extend({
  channels: z.array(z.uuid()),
  notified_at: timeSchema.nullable().describe('When its channels were told; null: nobody was'),
  history: z
    .array(
      z.object({
        at: timeSchema,
        type: z.enum(['fired', 'notified', 'acknowledged', 'resolved']),
        by: z.string().optional(),
        note: z.string().optional(),
      }),
    )
    .describe('Oldest first'),
});

export const listAlertsQuerySchema = pageQuerySchema.extend({
  status: z.enum(['firing', 'resolved']).optional(),
  severity: severitySchema.optional(),
  kind: z.enum(ruleKinds).optional(),
  rule_id: z.uuid().optional(),
  acknowledged: z.stringbool().optional(),
  from: timeInputSchema.optional().describe('Fired then or later'),
  to: timeInputSchema.optional().describe('Fired before'),
});

export const alertListSchema = z.object({
  alerts: z.array(alertSchema),
  next_cursor: z.uuid().nullable().describe('null on the last page'),
});

export const alertIdSchema = z.object({ id: z.uuid() });

export const acknowledgeSchema = z
  .strictObject({ note: z.string().trim().max(1_000).optional() })
  .nullish()
  .meta({ examples: [{ note: 'Looking at the payment provider' }] });

/** Who is not to be called about what, until when. */
export const silenceInputSchema = z
  .strictObject({
    rule_id: z.uuid().nullable().default(null).describe('null: any rule'),
    severity: severitySchema.nullable().default(null).describe('null: any'),
    group: z
      .record(z.string().max(100), z.string().max(255))
      .default({})
      .describe('Labels that an alert must have, such as `service_name`'),
    from: timeInputSchema.optional().describe('Default: now'),
    until: timeInputSchema,
    reason: z.string().trim().min(1).max(500).regex(withoutControls),
  })
  .meta({
    examples: [
      {
        group: { service_name: 'paymentService' },
        until: '2026-11-26T06:00:00Z',
        reason: 'The bank migrates tonight',
      },
    ],
  });

export const silenceSchema = z.object({
  id: z.uuid(),
  rule_id: z.uuid().nullable(),
  severity: severitySchema.nullable(),
  group: z.record(z.string(), z.string()),
  from: timeSchema,
  until: timeSchema,
  reason: z.string(),
  created_by: z.string().nullable(),
  created_at: timeSchema,
  active: z.boolean(),
});

export const silenceListSchema = z.object({
  silences: z.array(silenceSchema),
  next_cursor: z.uuid().nullable(),
});
