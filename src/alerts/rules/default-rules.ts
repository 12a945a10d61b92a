import type { z } from 'zod';
import { type RuleInput, ruleInputSchema } from '../../contract/alert-rule.js';

/** Edition of the list below: a database that has an earlier one gets what is new, and nothing that an admin has deleted comes back. */
export const DEFAULTS_EDITION = 1;

/** A rule that comes with the service: the name by which it is known for good, and since which edition. */
export interface DefaultRule {
  builtin: string;
  since: number;
  rule: RuleInput;
}

const rule = (builtin: string, input: z.input<typeof ruleInputSchema>): DefaultRule => ({
  builtin,
  since: 1,
  rule: ruleInputSchema.parse(input),
});

/** What any delivery platform wants to know from the first start; figures are those of the simulated month in bench/alerts.ts. */
export const defaultRules: readonly DefaultRule[] = [
  rule('service-failing', {
    name: 'A service fails',
    description:
      'Many of a service’s calls fail. Look at its errors in GET /api/analytics/services/:service.',
    severity: 'critical',
    condition: {
      kind: 'error_rate',
      group_by: 'service',
      above: 25,
      min_failures: 10,
      min_samples: 20,
      window_minutes: 1,
    },
    resolve_after_seconds: 300,
  }),
  rule('service-failing-partly', {
    name: 'A service fails more than it should',
    severity: 'warning',
    condition: {
      kind: 'error_rate',
      group_by: 'service',
      above: 12,
      min_failures: 15,
      min_samples: 50,
      window_minutes: 5,
    },
    for_seconds: 60,
    resolve_after_seconds: 300,
  }),
  rule('method-slow', {
    name: 'A method is slow',
    severity: 'warning',
    condition: {
      kind: 'latency',
      group_by: 'method',
      statistic: 'p50',
      above: 2_000,
      min_samples: 20,
      window_minutes: 5,
    },
    for_seconds: 60,
    resolve_after_seconds: 300,
  }),
  rule('platform-silent', {
    name: 'Nothing is logged any more',
    severity: 'critical',
    condition: { kind: 'volume', absent: true, window_minutes: 5 },
    resolve_after_seconds: 60,
  }),
  rule('order-not-accepted', {
    name: 'An order is not accepted',
    severity: 'warning',
    condition: { kind: 'stuck_order', after: 'placed', without: 'accepted', minutes: 15 },
  }),
  rule('order-not-delivered', {
    name: 'An order is picked up and not delivered',
    severity: 'warning',
    condition: { kind: 'stuck_order', after: 'picked_up', without: 'delivered', minutes: 90 },
  }),
  rule('restaurant-not-accepting', {
    name: 'A restaurant accepts nothing',
    severity: 'critical',
    condition: {
      kind: 'stuck_order',
      after: 'placed',
      without: 'accepted',
      minutes: 10,
      group_by: 'restaurant',
      min_orders: 3,
    },
  }),
  rule('calls-unusual', {
    name: 'A service is called unusually often or seldom',
    severity: 'warning',
    condition: { kind: 'unusual_metric', metric: 'calls', group_by: 'service', min_score: 0.95 },
    for_seconds: 180,
    resolve_after_seconds: 600,
  }),
  rule('latency-unusual', {
    name: 'A service is unusually slow',
    severity: 'warning',
    condition: {
      kind: 'unusual_metric',
      metric: 'p50',
      direction: 'up',
      group_by: 'service',
      min_score: 0.95,
    },
    for_seconds: 120,
    resolve_after_seconds: 600,
  }),
  rule('user-unusual', {
    name: 'Somebody behaves unusually',
    severity: 'warning',
    condition: { kind: 'unusual_user', min_score: 0.8 },
  }),
  rule('database-slow', {
    name: 'The database is slow',
    severity: 'warning',
    condition: { kind: 'system', measure: 'database_latency_ms', above: 250 },
    for_seconds: 60,
    resolve_after_seconds: 60,
  }),
  rule('queue-long', {
    name: 'Rows wait to be stored',
    severity: 'warning',
    condition: { kind: 'system', measure: 'queue_depth', above: 10_000 },
    for_seconds: 30,
    resolve_after_seconds: 60,
  }),
  rule('event-loop-lags', {
    name: 'A replica does not keep up',
    severity: 'warning',
    condition: { kind: 'system', measure: 'event_loop_lag_ms', above: 500 },
    for_seconds: 60,
    resolve_after_seconds: 120,
  }),
  rule('disk-full', {
    name: 'The disk is nearly full',
    severity: 'critical',
    condition: { kind: 'system', measure: 'disk_free_percent', below: 10 },
    for_seconds: 60,
    resolve_after_seconds: 300,
  }),
  rule('partitions-missing', {
    name: 'Partitions are missing',
    severity: 'critical',
    condition: { kind: 'system', measure: 'partitions_missing', above: 0 },
    for_seconds: 60,
  }),
  rule('notifications-failing', {
    name: 'Notifications cannot be delivered',
    severity: 'warning',
    condition: { kind: 'system', measure: 'notification_failures', above: 0 },
    resolve_after_seconds: 300,
  }),
  rule('rollups-behind', {
    name: 'Counts are not folded',
    severity: 'warning',
    condition: { kind: 'system', measure: 'rollup_age_seconds', above: 300 },
    for_seconds: 60,
  }),
];
