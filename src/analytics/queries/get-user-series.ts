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
  const waiting = waitingSets(source);
  const toUnite = [...ofPoints].filter(([point, rows]) => rows.length > 1 || waiting.has(point));
  // All that is not remembered in one statement, rather than one a point.
  await memory.buckets.rowsOf(
    ask,
    usersOfType.part,
    toUnite.flatMap(([, rows]) => rows),
    [userType],
  );
  const counts = new Map(stored.map((row) => [pointIndex(points, row.bucket), row.users]));
  for (const [point, set] of waiting) counts.set(point, set.count);
  for (const [point, rows] of toUnite) {
    const union = await memory.buckets.sumOf(ask, usersOfType, rows, [userType]);
    const more = waiting.get(point);
    counts.set(point, more ? countOfBoth(union, more) : union.count);
  }
  return Array.from({ length: points.edges.length - 1 }, (_, point) => counts.get(point) ?? 0);
}

/** What is remembered is shared, so what waits is added to a copy. */
function countOfBoth(stored: DistinctSet, waiting: DistinctSet): number {
  const both = stored.copy();
  both.addBytes(waiting.toBytes());
  return both.count;
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
