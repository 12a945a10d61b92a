import { type ConditionOf, type SystemMeasureName, systemMeasures } from '../../contract/alert-rule.js';
import { type Evaluator, STEP } from './evaluator.js';
import { round } from './plain-words.js';

const named: Record<SystemMeasureName, string> = {
  database_latency_ms: 'The database takes',
  queue_depth: 'Rows that wait to be stored:',
  event_loop_lag_ms: 'The event loop lags by',
  disk_free_percent: 'Free on the disk:',
  partitions_missing: 'Partitions that are missing for the next days:',
  rows_in_default: 'Rows outside of any day’s partition:',
  rollup_age_seconds: 'Counts wait to be folded for',
  notification_failures: 'Notifications that could not be delivered in the last hour:',
  replicas: 'Replicas that are seen:',
  own_calls_dropped: 'Records of own calls that were dropped:',
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
