import type { Bucket } from '../../store/rollups/bucket-memory.js';
import { usersOfType } from '../../store/rollups/bucket-parts.js';
import { DistinctSet } from '../../store/rollups/distinct-set.js';
import { hashText } from '../../store/rollups/hash-text.js';
import { at } from '../../store/rollups/rollup-delta.js';
import type { SeriesSource } from '../answer-timeseries.js';
import { pointIndex } from '../points.js';

/** Distinct people at each point; of one user type, or of all. Where a point is one bucket, and nothing waits, its stored count is the answer. */
export async function getUserSeries(source: SeriesSource): Promise<number[]> {
  const { ask, run, points, query, memory } = source;
  const userType = query.user_type ?? '';
  const stored = await ask<Bucket & { users: number }>(
    'user series',
    `SELECT grain, extract(epoch FROM bucket)::float8 * 1000 AS bucket, version::float8 AS version, users
     FROM user_rollups
     JOIN rollup_buckets USING (grain, bucket)
     WHERE grain = $1 AND bucket >= $2 AND bucket < $3 AND user_type = $4`,
    [run.grain, new Date(run.from), new Date(run.to), userType],
  );
  const ofPoints = new Map<number, typeof stored>();
  for (const row of stored) at(ofPoints, pointIndex(points, row.bucket), () => []).push(row);
  const sets = waitingSets(source);
  const toUnite = [...ofPoints].flatMap(([point, rows]) =>
    rows.length === 1 && !sets.has(point) ? [] : rows,
  );
  const read = await memory.buckets.rowsOf(ask, usersOfType, toUnite, [userType]);
  for (const [index, { bucket }] of toUnite.entries()) {
    const set = at(sets, pointIndex(points, bucket), () => new DistinctSet());
    for (const { user_set } of read[index] ?? []) set.addBytes(user_set);
  }
  return Array.from(
    { length: points.edges.length - 1 },
    (_, point) => sets.get(point)?.count ?? ofPoints.get(point)?.[0]?.users ?? 0,
  );
}

/** The people of each point who are not folded yet. */
function waitingSets({ pending, points, query }: SeriesSource): Map<number, DistinctSet> {
  const sets = new Map<number, DistinctSet>();
  for (const [minute, bucket] of pending.minutes) {
    const point = pointIndex(points, minute * 60_000);
    if (point === -1) continue;
    for (const [type, users] of bucket.users) {
      if (query.user_type !== undefined && query.user_type !== type) continue;
      const set = at(sets, point, () => new DistinctSet());
      for (const userId of users.keys()) set.add(hashText(userId));
    }
  }
  return sets;
}
