import type { SeriesSource } from '../answer-timeseries.js';
import { successRate } from '../figures.js';
import { pointIndex } from '../points.js';

/** Actions, failures or their rate at each point; of one user type, or of all. */
export async function getActivitySeries(
  { ask, pending, run, points, query }: SeriesSource,
  metric: 'actions' | 'failures' | 'success_rate',
): Promise<(number | null)[]> {
  const rows = await ask<{ bucket: number; actions: number; failures: number }>(
    'activity series',
    `SELECT extract(epoch FROM bucket)::float8 * 1000 AS bucket, actions::float8 AS actions, failures::float8 AS failures
     FROM activity_rollups
     WHERE grain = $1 AND bucket >= $2 AND bucket < $3 AND user_type = $4 AND action_type = ''`,
    [run.grain, new Date(run.from), new Date(run.to), query.user_type ?? ''],
  );
  const sums = Array.from({ length: points.edges.length - 1 }, () => ({ actions: 0, failures: 0 }));
  const add = (time: number, actions: number, failures: number) => {
    const sum = sums[pointIndex(points, time)];
    if (!sum) return;
    sum.actions += actions;
    sum.failures += failures;
  };
  for (const row of rows) add(row.bucket, row.actions, row.failures);
  for (const [minute, bucket] of pending.minutes) {
    for (const [userType, types] of bucket.activity) {
      if (query.user_type !== undefined && query.user_type !== userType) continue;
      for (const { actions, failures } of types.values()) add(minute * 60_000, actions, failures);
    }
  }
  return sums.map(({ actions, failures }) =>
    metric === 'success_rate' ? successRate(actions, failures) : metric === 'actions' ? actions : failures,
  );
}
