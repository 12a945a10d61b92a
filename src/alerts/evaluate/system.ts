import type { ConditionOf } from '../../contract/alert-rule.js';
import { type SystemMeasureName, systemMeasures } from '../../contract/system.js';
import { type Evaluator, STEP } from './evaluator.js';
import { round } from './plain-words.js';

const named: Record<SystemMeasureName, string> = {
  database_latency_ms: 'The database takes',
  queue_depth: 'Rows that wait to be stored:',
  queue_share: 'Of the room for rows that wait, full:',
  event_loop_lag_ms: 'The event loop lags by',
  event_loop_lag_max_ms: 'The event loop stood still for',
  heap_mb: 'The heap takes',
  rss_mb: 'The process takes',
  disk_free_percent: 'Free on the disk:',
  disk_free_bytes: 'Free on the disk:',
  connections_idle: 'Connections to the database that nobody uses:',
  connections_waiting: 'Waiting for a connection to the database:',
  live_clients: 'Watching the live feed:',
  own_calls_dropped: 'Records of own calls that were dropped:',
  partitions_missing: 'Partitions that are missing for the next days:',
  rows_in_default: 'Rows outside of any day’s partition:',
  rollup_age_seconds: 'Counts wait to be folded for',
  rollup_deltas_waiting: 'Flushes whose counts wait to be folded:',
  notification_failures: 'Notifications that could not be delivered in the last hour:',
  replicas: 'Replicas that are seen:',
};

/** The service itself: a figure of each replica, or of the whole. */
export function system({ measure, above, below }: ConditionOf<'system'>): Evaluator {
  const unit = systemMeasures[measure];
  const threshold = above ?? below ?? 0;
  return {
    every: STEP,
    lookback: 0,
    async observe(at, world) {
      const figures = await world.figures(at);
      return figures
        .filter((figure) => figure.measure === measure)
        .map(({ replica, value }) => ({
          group: replica === null ? {} : { replica },
          breached: above === undefined ? value < threshold : value > threshold,
          value,
          threshold,
          unit,
          summary: () =>
            `${named[measure]} ${round(value)} ${unit}${replica === null ? '' : ` at replica ${replica}`}; ` +
            `${above === undefined ? 'at least' : 'at most'} ${round(threshold)} ${unit} is expected`,
        }));
    },
  };
}
