import type { Run } from '../../store/rollups/grains.js';
import type { Ask } from '../../store/rollups/read-rollups.js';
import {
  at,
  type BucketDelta,
  type CallStats,
  mergeCalls,
  noCalls,
} from '../../store/rollups/rollup-delta.js';
import { runArrays } from '../../store/rollups/run-arrays.js';
import { addStoredCalls, type StoredCalls } from '../../store/rollups/stored-rollups.js';

interface ServiceRollupRow extends StoredCalls {
  name: string;
}

/** The calls of each service in a span: what the runs of buckets hold, and the rest. */
export async function getServiceStats(
  ask: Ask,
  runs: readonly Run[],
  rest: BucketDelta,
): Promise<Map<string, CallStats>> {
  const rows = await ask<ServiceRollupRow>(
    'service stats',
    `SELECT service_name AS name, calls::float8 AS calls, failures::float8 AS failures, time_sum, time_min, time_max, sketch
     FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) AS run (grain, starts, ends)
     JOIN service_rollups AS stored ON stored.grain = run.grain AND stored.bucket >= run.starts AND stored.bucket < run.ends
     WHERE method_name = '' AND service_name <> ''`,
    runArrays(runs),
  );
  const stats = sumOf(rows);
  for (const [service, methods] of rest.services) {
    const sum = at(stats, service, noCalls);
    for (const calls of methods.values()) mergeCalls(sum, calls);
  }
  return stats;
}

/** The calls of each method of one service in a span. */
export async function getMethodStats(
  ask: Ask,
  service: string,
  runs: readonly Run[],
  rest: BucketDelta,
): Promise<Map<string, CallStats>> {
  const rows = await ask<ServiceRollupRow>(
    'method stats',
    `SELECT method_name AS name, calls::float8 AS calls, failures::float8 AS failures, time_sum, time_min, time_max, sketch
     FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) AS run (grain, starts, ends)
     JOIN service_rollups AS stored ON stored.grain = run.grain AND stored.bucket >= run.starts AND stored.bucket < run.ends
     WHERE service_name = $4 AND method_name <> ''`,
    [...runArrays(runs), service],
  );
  const stats = sumOf(rows);
  for (const [method, calls] of rest.services.get(service) ?? [])
    mergeCalls(at(stats, method, noCalls), calls);
  return stats;
}

function sumOf(rows: readonly ServiceRollupRow[]): Map<string, CallStats> {
  const stats = new Map<string, CallStats>();
  for (const row of rows) addStoredCalls(at(stats, row.name, noCalls), row);
  return stats;
}
