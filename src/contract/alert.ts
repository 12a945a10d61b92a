import { z } from 'zod';
import { timeSchema } from './common.js';

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
