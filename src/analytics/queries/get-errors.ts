import type { Run } from '../../store/rollups/grains.js';
import type { Ask } from '../../store/rollups/read-rollups.js';
import {
  addError,
  type BucketDelta,
  type ErrorStats,
  emptyBucket,
} from '../../store/rollups/rollup-delta.js';
import { runArrays } from '../../store/rollups/run-arrays.js';

/** Groups that are read before what waits is added: a group beyond would have to gain more than the thousandth has. */
const MOST = 1_000;

/** Failures by normalised message, most frequent first; of one service, or of all. */
export async function getErrors(
  ask: Ask,
  runs: readonly Run[],
  rest: BucketDelta,
  limit: number,
  service?: string,
): Promise<ErrorStats[]> {
  const rows = await ask<ErrorStats>(
    'errors',
    `SELECT service_name, method_name, message, sum(failures)::float8 AS failures,
            max(last_id::text) AS last_id
     FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) AS run (grain, starts, ends)
     JOIN error_rollups AS stored ON stored.grain = run.grain AND stored.bucket >= run.starts AND stored.bucket < run.ends
     WHERE $4::text IS NULL OR service_name = $4
     GROUP BY service_name, method_name, message
     ORDER BY sum(failures) DESC, message, service_name, method_name
     LIMIT ${MOST}`,
    [...runArrays(runs), service ?? null],
  );
  const sum = emptyBucket();
  for (const row of rows) addError(sum, row);
  for (const error of rest.errors.values()) {
    if (service === undefined || error.service_name === service) addError(sum, error);
  }
  return [...sum.errors.values()]
    .sort((a, b) => b.failures - a.failures || (placeOf(a) < placeOf(b) ? -1 : 1))
    .slice(0, limit);
}

/** Groups of equal size always come in the same order, folded or not. */
const placeOf = ({ message, service_name, method_name }: ErrorStats): string =>
  `${message}\0${service_name}\0${method_name}`;
