import type { TimeseriesMetric } from '../../contract/analytics.js';
import { type CallStats, mergeCalls, noCalls } from '../../store/rollups/rollup-delta.js';
import { addStoredCalls, type StoredCalls } from '../../store/rollups/stored-rollups.js';
import type { SeriesSource } from '../answer-timeseries.js';
import { successRate } from '../figures.js';
import { pointIndex } from '../points.js';

export type CallMetric = Exclude<TimeseriesMetric, 'actions' | 'failures' | 'success_rate' | 'unique_users'>;

interface SeriesRow extends StoredCalls {
  bucket: number;
}

/** Calls, failures or times at each point: of a method, of a service, or of the platform. */
export async function getCallSeries(
  { ask, pending, run, points, query }: SeriesSource,
  metric: CallMetric,
): Promise<(number | null)[]> {
  const rows = await ask<SeriesRow>(
    'call series',
    `SELECT extract(epoch FROM bucket)::float8 * 1000 AS bucket, calls::float8 AS calls, failures::float8 AS failures,
            time_sum, time_min, time_max, sketch
     FROM service_rollups
     WHERE grain = $1 AND bucket >= $2 AND bucket < $3 AND service_name = $4 AND method_name = $5 AND calls > 0`,
    [run.grain, new Date(run.from), new Date(run.to), query.service ?? '', query.method ?? ''],
  );
  const sums = Array.from({ length: points.edges.length - 1 }, noCalls);
  for (const row of rows) {
    const sum = sums[pointIndex(points, row.bucket)];
    if (sum) addStoredCalls(sum, row);
  }
  for (const [minute, bucket] of pending.minutes) {
    const sum = sums[pointIndex(points, minute * 60_000)];
    if (!sum) continue;
    for (const [service, methods] of bucket.services) {
      if (query.service !== undefined && query.service !== service) continue;
      for (const [method, calls] of methods) {
        if (query.method === undefined || query.method === method) mergeCalls(sum, calls);
      }
    }
  }
  return sums.map((stats) => metricOf(stats, metric));
}

function metricOf({ calls, failures, sum, min, max, sketch }: CallStats, metric: CallMetric): number | null {
  switch (metric) {
    case 'calls':
      return calls;
    case 'call_failures':
      return failures;
    case 'call_success_rate':
      return successRate(calls, failures);
    case 'avg':
      return calls > 0 ? sum / calls : null;
    case 'max':
      return calls > 0 ? max : null;
    default:
      return sketch.quantile(Number(metric.slice(1)) / 100, { min, max });
  }
}
