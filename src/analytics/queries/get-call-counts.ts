import type { Run } from '../../store/rollups/grains.js';
import type { Ask } from '../../store/rollups/read-rollups.js';
import { at, type BucketDelta } from '../../store/rollups/rollup-delta.js';
import { runArrays } from '../../store/rollups/run-arrays.js';

/** Calls without their distribution: what a change is measured against. */
export interface CallCounts {
  calls: number;
  failures: number;
  /** Milliseconds. */
  sum: number;
}

/** How many calls each service had in a span; '' is the platform. */
export async function getCallCounts(
  ask: Ask,
  runs: readonly Run[],
  rest: BucketDelta,
): Promise<Map<string, CallCounts>> {
  const rows = await ask<CallCounts & { name: string }>(
    'call counts',
    `SELECT service_name AS name, sum(calls)::float8 AS calls, sum(failures)::float8 AS failures, sum(time_sum) AS sum
     FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) AS run (grain, starts, ends)
     JOIN service_rollups AS stored ON stored.grain = run.grain AND stored.bucket >= run.starts AND stored.bucket < run.ends
     WHERE method_name = ''
     GROUP BY service_name`,
    runArrays(runs),
  );
  const counts = new Map(rows.map(({ name, ...row }) => [name, row]));
  for (const [service, methods] of rest.services) {
    for (const calls of methods.values()) {
      for (const name of ['', service]) {
        const sum = at(counts, name, () => ({ calls: 0, failures: 0, sum: 0 }));
        sum.calls += calls.calls;
        sum.failures += calls.failures;
        sum.sum += calls.sum;
      }
    }
  }
  return counts;
}
