import { z } from 'zod';
import { timeSchema } from './common.js';

const share = z.number().min(0).max(1).nullable().describe('A fraction of 1; null where nothing was counted');
const ranked = z
  .array(z.object({ name: z.string(), count: z.int() }))
  .describe('Most frequent first, ten at most');
const hours = z.array(z.int()).length(24);

/** What may be unusual about somebody, measured against the person's own past. */
export const unusualKinds = [
  'activity_burst',
  'failure_spike',
  'new_device_sensitive',
  'failed_logins',
  'unusual_hour',
  'many_addresses',
  'machine_like_regularity',
] as const;

export const findingSchema = z.object({
  kind: z.enum(unusualKinds),
  reason: z.string().describe('In words, with the numbers'),
  score: z
    .number()
    .min(0)
    .max(1)
    .describe('One scale for all kinds: 0.5 is a chance of 1 in 1,000, 0.75 of 1 in 1,000,000'),
  actions: z.array(z.string()).max(20).describe('Ids of actions that show it, newest first'),
  since: timeSchema.describe('When what was found began'),
});
export type Finding = z.output<typeof findingSchema>;
export type UnusualKind = Finding['kind'];

const sighting = { actions: z.int(), first_seen: timeSchema, last_seen: timeSchema };

/**
 * What a person's actions show. `total_actions` counts all, `trend` and `unusual` look at whole days as well; everything else is read from
 * `based_on`: the recent actions.
 */
export const behaviorPatternsSchema = z.object({
  total_actions: z.int().describe('All that are stored'),
  based_on: z.object({ actions: z.int(), from: timeSchema.nullable(), to: timeSchema.nullable() }),
  timezone: z.string().describe('IANA name: the clock of activity_by_hour and activity_by_hour_of_week'),
  success_rate: share,
  failure_rate: share,
  top_actions: ranked,
  top_services: ranked,
  top_errors: z
    .array(z.object({ message: z.string(), count: z.int() }))
    .describe('What failed actions said, without numbers and ids; most frequent first, five at most'),
  activity_by_hour: hours.describe('Actions by hour of day'),
  activity_by_hour_of_week: z.array(hours).length(7).describe('Actions by day, Monday first, and hour'),
  sessions: z.object({
    count: z.int().describe('Runs of actions with no gap of 30 minutes'),
    median_length: z.number().nullable().describe('Milliseconds from a session’s first action to its last'),
  }),
  transitions: z
    .array(
      z.object({
        from: z.string().describe('action_type'),
        to: z.string().describe('action_type of what came next in the session'),
        count: z.int(),
        probability: z.number().min(0).max(1).describe('Share of all that followed `from`'),
      }),
    )
    .describe('Most frequent first, twenty at most'),
  devices: z
    .array(z.object({ platform: z.string().nullable(), app_version: z.string().nullable(), ...sighting }))
    .describe('Last seen first, twenty at most'),
  addresses: z
    .array(z.object({ ip_address: z.string(), ...sighting }))
    .describe('Last seen first, twenty at most'),
  trend: z
    .object({
      recent_daily: z.number().nullable().describe('Actions a day'),
      past_daily: z.number().nullable().describe('Actions a day before those days; null below 7 past days'),
      change: z.number().nullable().describe('0.5 is half as much again, -1 is none any more'),
      past_days: z.int().describe('How many days the past has, 83 at most'),
    })
    .describe(
      'The last 7 full UTC days against the days before them; the day that has not ended is left out',
    ),
  median_gap: z.number().nullable().describe('Milliseconds from one action to the next; null below two'),
  last_seen: timeSchema.nullable(),
  unusual: z.array(findingSchema).describe('Highest score first; empty for a newcomer, who has no past'),
});
export type BehaviorPatterns = z.output<typeof behaviorPatternsSchema>;
