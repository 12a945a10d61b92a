import type { Run } from '../../store/rollups/grains.js';
import type { Ask } from '../../store/rollups/read-rollups.js';
import {
  addError,
  type BucketDelta,
  type ErrorStats,
  emptyBucket,
} from '../../store/rollups/rollup-delta.js';
import { runArrays } from '../../store/rollups/run-arrays.js';

/** Failures by normalised message, most frequent first; of one service, or of all. */
export async function getErrors(
  ask: Ask,
  runs: readonly Run[],
  rest: BucketDelta,
  limit: number,
  service?: string,
): Promise<ErrorStats[]> {
  const waiting = [...rest.errors.values()].filter(
    (error) => service === undefined || error.service_name === service,
  );
  // The first groups, and those of what waits: no other can be among the first once both are added up. The newest action is looked up in the newest bucket of
  // these few: the greatest id of each of 500 groups would take as long as all the rest.
  const rows = await ask<ErrorStats>(
    'errors',
    `WITH total AS MATERIALIZED (
       SELECT kind, sum(failures)::float8 AS failures, max(bucket) AS newest
       FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) AS run (grain, starts, ends)
       JOIN error_rollups AS stored ON stored.grain = run.grain AND stored.bucket >= run.starts AND stored.bucket < run.ends
       WHERE $4::text IS NULL OR kind IN (SELECT kind FROM error_kinds WHERE service_name = $4)
       GROUP BY kind
     ), named AS MATERIALIZED (
       SELECT kind, failures, newest, service_name, method_name, message
       FROM total
       JOIN error_kinds USING (kind)
     ), wanted AS MATERIALIZED (
       (SELECT * FROM named ORDER BY failures DESC, message, service_name, method_name LIMIT $5)
       UNION
       SELECT named.*
       FROM named
       JOIN unnest($6::text[], $7::text[], $8::text[]) AS waiting (service_name, method_name, message)
         ON (named.service_name, named.method_name, named.message)
          = (waiting.service_name, waiting.method_name, waiting.message)
     )
     SELECT service_name, method_name, message, wanted.failures, stored.last_id::text AS last_id
     FROM wanted
     JOIN unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) AS run (grain, starts, ends)
       ON wanted.newest >= run.starts AND wanted.newest < run.ends
     JOIN error_rollups AS stored
       ON stored.grain = run.grain AND stored.bucket = wanted.newest AND stored.kind = wanted.kind`,
    [
      ...runArrays(runs),
      service ?? null,
      limit,
      waiting.map((error) => error.service_name),
      waiting.map((error) => error.method_name),
      waiting.map((error) => error.message),
    ],
  );
  const sum = emptyBucket();
  for (const row of rows) addError(sum, row);
  for (const error of waiting) addError(sum, error);
  return [...sum.errors.values()]
    .sort((a, b) => b.failures - a.failures || (placeOf(a) < placeOf(b) ? -1 : 1))
    .slice(0, limit);
}

/** Groups of equal size always come in the same order, folded or not. */
const placeOf = ({ message, service_name, method_name }: ErrorStats): string =>
  `${message}\0${service_name}\0${method_name}`;
