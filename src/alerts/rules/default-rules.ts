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
      'Four in ten of a service’s calls failed within one minute: it is down, or nearly. See its last errors in GET /api/analytics/services/:service, and what was deployed or changed last.',
    severity: 'critical',
    condition: {
      kind: 'error_rate',
      group_by: 'service',
      above: 40,
      min_failures: 12,
      min_samples: 50,
      window_minutes: 1,
    },
    resolve_after_seconds: 300,
  }),
  rule('service-down', {
    name: 'A service is down',
    description:
      'Six in ten of a service’s calls failed within one minute, though there were few. See its last errors in GET /api/analytics/services/:service, and what was deployed or changed last.',
    severity: 'critical',
    condition: {
      kind: 'error_rate',
      group_by: 'service',
      above: 60,
      min_failures: 8,
      min_samples: 10,
      window_minutes: 1,
    },
    resolve_after_seconds: 300,
  }),
  rule('rare-service-failing', {
    name: 'A service that is called seldom fails',
    description:
      'More than half of a service’s calls failed within three minutes: too few calls to say it sooner, enough to say that it is down. See its last errors in GET /api/analytics/services/:service.',
    severity: 'critical',
    condition: {
      kind: 'error_rate',
      group_by: 'service',
      above: 50,
      min_failures: 8,
      min_samples: 10,
      window_minutes: 3,
    },
    resolve_after_seconds: 300,
  }),
  rule('service-failing-partly', {
    name: 'A service fails more than it should',
    description:
      'One in five of a service’s calls failed within five minutes: one instance, one database or one provider may be ill. See which methods and messages in GET /api/analytics/services/:service.',
    severity: 'warning',
    condition: {
      kind: 'error_rate',
      group_by: 'service',
      above: 20,
      min_failures: 15,
      min_samples: 40,
      window_minutes: 5,
    },
    for_seconds: 60,
    resolve_after_seconds: 300,
  }),
  rule('failures-unusual', {
    name: 'A method fails unusually often',
    description:
      'A method fails far more often than it does as a rule, for three minutes now. What is usual is learned of each method: of logins, one in ten fails every day. See its messages in GET /api/analytics/services/:service.',
    severity: 'warning',
    condition: {
      kind: 'unusual_metric',
      metric: 'failure_share',
      direction: 'up',
      group_by: 'method',
      min_score: 0.3,
      min_samples: 20,
      min_change: 2,
      min_difference: 0.12,
    },
    for_seconds: 120,
    resolve_after_seconds: 300,
  }),
  rule('failures-unusual-rare', {
    name: 'A method that is called seldom fails unusually often',
    description:
      'Over ten minutes, a method failed far more often than it does as a rule. It has too few calls to be judged by the minute. See its messages in GET /api/analytics/services/:service.',
    severity: 'warning',
    condition: {
      kind: 'unusual_metric',
      metric: 'failure_share',
      direction: 'up',
      group_by: 'method',
      min_score: 0.2,
      min_samples: 25,
      window_minutes: 10,
      min_change: 2,
      min_difference: 0.12,
    },
    resolve_after_seconds: 300,
  }),
  rule('method-slow', {
    name: 'A method is slow',
    description:
      'Half of a method’s calls took more than two seconds, over five minutes: people wait. See GET /api/analytics/services/:service for its times, and what it calls or asks of its database.',
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
  rule('latency-unusual', {
    name: 'A method is unusually slow',
    description:
      'The usual call of a method takes nearly twice as long as at this time of other days, for three minutes now. See GET /api/analytics/services/:service for its times, and what was deployed or changed last.',
    severity: 'warning',
    condition: {
      kind: 'unusual_metric',
      metric: 'p50',
      direction: 'up',
      group_by: 'method',
      min_score: 0.3,
      min_samples: 15,
      min_change: 1.8,
    },
    for_seconds: 120,
    resolve_after_seconds: 300,
  }),
  rule('latency-unusual-rare', {
    name: 'A method that is called seldom is unusually slow',
    description:
      'Over ten minutes, the usual call of a method took more than twice as long as it does as a rule. It has too few calls to be judged by the minute. See GET /api/analytics/services/:service.',
    severity: 'warning',
    condition: {
      kind: 'unusual_metric',
      metric: 'p50',
      direction: 'up',
      group_by: 'method',
      min_score: 0.3,
      min_samples: 20,
      window_minutes: 10,
      min_change: 2.2,
    },
    resolve_after_seconds: 300,
  }),
  rule('calls-surging', {
    name: 'A method is called unusually often',
    description:
      'A method is called four times as often as at this time of other days, for five minutes now, which neither rain nor a promotion explains. A client that tries again and again, a loop, or a robot? See who calls in GET /api/analytics/users and GET /api/unusual-users.',
    severity: 'warning',
    condition: {
      kind: 'unusual_metric',
      metric: 'calls',
      direction: 'up',
      group_by: 'method',
      min_score: 0.3,
      min_samples: 30,
      min_change: 4,
    },
    for_seconds: 240,
    resolve_after_seconds: 600,
  }),
  rule('calls-missing', {
    name: 'A service is hardly called any more',
    description:
      'A service has less than a fifth of the calls that it has at this time of other days, for three minutes now. Calls that never come do not fail: a broken release of the app, a gateway or a DNS entry may be the cause, or who sends the records.',
    severity: 'critical',
    condition: {
      kind: 'unusual_metric',
      metric: 'calls',
      direction: 'down',
      group_by: 'service',
      min_score: 0.3,
      min_samples: 30,
      min_change: 5,
    },
    for_seconds: 120,
    resolve_after_seconds: 600,
  }),
  rule('calls-missing-rare', {
    name: 'A service that is called seldom is hardly called any more',
    description:
      'Over ten minutes, a service had less than a fifth of the calls that it has at this time of other days. It has too few calls to be judged by the minute. A broken release of the app, a gateway or a DNS entry may be the cause, or who sends the records.',
    severity: 'warning',
    condition: {
      kind: 'unusual_metric',
      metric: 'calls',
      direction: 'down',
      group_by: 'service',
      min_score: 0.3,
      min_samples: 40,
      window_minutes: 10,
      min_change: 5,
    },
    resolve_after_seconds: 600,
  }),
  rule('platform-silent', {
    name: 'Nothing is logged any more',
    description:
      'No record came for ten minutes, though there were 50,000 and more in the 24 hours before: at that many, even nights have no such pause. Either the platform is down, or what sends to this service is: see GET /health/ready and the senders’ own logs. A smaller platform may lower min_before.',
    severity: 'critical',
    condition: { kind: 'volume', absent: true, min_before: 50_000, window_minutes: 10 },
    resolve_after_seconds: 60,
  }),
  rule('order-not-accepted', {
    name: 'An order is not accepted',
    description:
      'An order was placed a quarter of an hour ago, and the restaurant neither accepted nor rejected it. Call the restaurant; see the order’s timeline in GET /api/orders/:id/timeline.',
    severity: 'warning',
    condition: { kind: 'stuck_order', after: 'placed', without: 'accepted', minutes: 15 },
  }),
  rule('order-not-ready', {
    name: 'An order is accepted and not ready',
    description:
      'An order was accepted an hour ago and is not ready. Call the restaurant; see the order’s timeline in GET /api/orders/:id/timeline.',
    severity: 'warning',
    condition: { kind: 'stuck_order', after: 'accepted', without: 'ready', minutes: 60 },
  }),
  rule('order-not-delivered', {
    name: 'An order is picked up and not delivered',
    description:
      'A courier picked up an order an hour and a half ago and has not delivered it. Call the courier; see the order’s timeline in GET /api/orders/:id/timeline.',
    severity: 'warning',
    condition: { kind: 'stuck_order', after: 'picked_up', without: 'delivered', minutes: 90 },
  }),
  rule('restaurant-not-accepting', {
    name: 'A restaurant accepts nothing',
    description:
      'Three orders or more have waited ten minutes for the same restaurant to accept them. Its tablet may be off: call it, or close it in the app until it answers.',
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
  rule('orders-not-picked-up', {
    name: 'Ready orders are not picked up',
    description:
      'Five orders or more have been ready for 25 minutes and no courier has picked them up. Couriers may be too few, or are not assigned: see the calls of the service that assigns them, and how many couriers are online.',
    severity: 'critical',
    condition: {
      kind: 'stuck_order',
      after: 'ready',
      without: 'picked_up',
      minutes: 25,
      group_by: 'platform',
      min_orders: 5,
    },
    for_seconds: 60,
    resolve_after_seconds: 300,
  }),
  rule('user-unusual', {
    name: 'Somebody behaves unusually',
    description:
      'An account, device or address does what people do not do: tries many passwords, reads everything, is in two places at once. The reason is in the alert; see GET /api/unusual-users and what it did in GET /api/actions.',
    severity: 'warning',
    condition: { kind: 'unusual_user', min_score: 0.8 },
  }),
  rule('database-slow', {
    name: 'The database is slow',
    description:
      'A simple question to the database took more than a quarter of a second, for a minute now. See its load, locks and disk; records wait in memory meanwhile.',
    severity: 'warning',
    condition: { kind: 'system', measure: 'database_latency_ms', above: 250 },
    for_seconds: 60,
    resolve_after_seconds: 60,
  }),
  rule('queue-long', {
    name: 'Rows wait to be stored',
    description:
      'More than 10,000 records wait to be stored: the database takes fewer than come. When the queue is full, senders are answered 503 and try again. See the database, and GET /api/system/health.',
    severity: 'warning',
    condition: { kind: 'system', measure: 'queue_depth', above: 10_000 },
    for_seconds: 30,
    resolve_after_seconds: 60,
  }),
  rule('event-loop-lags', {
    name: 'A replica does not keep up',
    description:
      'A replica answers half a second late, for a minute now: it has too much to do, or too little memory. Add a replica, or see what asks it so much in its log.',
    severity: 'warning',
    condition: { kind: 'system', measure: 'event_loop_lag_ms', above: 500 },
    for_seconds: 60,
    resolve_after_seconds: 120,
  }),
  rule('disk-full', {
    name: 'The disk is nearly full',
    description:
      'Less than a tenth of the database’s disk is free. Make it larger, or keep records for fewer days; when it is full, nothing is stored any more.',
    severity: 'critical',
    condition: { kind: 'system', measure: 'disk_free_percent', below: 10 },
    for_seconds: 60,
    resolve_after_seconds: 300,
  }),
  rule('partitions-missing', {
    name: 'Partitions are missing',
    description:
      'The days to come have no place for their records yet, which a job makes every hour as a rule. Its error is in the log of the replicas; records of such a day are stored in the default partition meanwhile.',
    severity: 'critical',
    condition: { kind: 'system', measure: 'partitions_missing', above: 0 },
    for_seconds: 60,
  }),
  rule('notifications-failing', {
    name: 'Notifications cannot be delivered',
    description:
      'A message about an alert could not be delivered to one of the channels in the last hour: whoever relies on it hears nothing. See the channel’s last error, and send it a test.',
    severity: 'warning',
    condition: { kind: 'system', measure: 'notification_failures', above: 0 },
    resolve_after_seconds: 300,
  }),
  rule('rollups-behind', {
    name: 'Counts are not folded',
    description:
      'Figures lag by more than five minutes: reports and rules look at what is no longer true. The job that folds counts does not run or does not keep up; its error is in the log of the replicas.',
    severity: 'warning',
    condition: { kind: 'system', measure: 'rollup_age_seconds', above: 300 },
    for_seconds: 60,
  }),
];
