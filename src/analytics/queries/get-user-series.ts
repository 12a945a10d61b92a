import { DistinctSet } from '../../store/rollups/distinct-set.js';
import { hashText } from '../../store/rollups/hash-text.js';
import { at } from '../../store/rollups/rollup-delta.js';
import type { SeriesSource } from '../answer-timeseries.js';
import { pointIndex } from '../points.js';

/** Distinct people at each point; of one user type, or of all. */
export async function getUserSeries({
  ask,
  pending,
  run,
  points,
  query,
  sets,
}: SeriesSource): Promise<number[]> {
  const userType = query.user_type ?? '';
  const waiting = new Map<number, DistinctSet>();
  for (const [minute, bucket] of pending.minutes) {
    const index = pointIndex(points, minute * 60_000);
    if (index === -1) continue;
    for (const [type, users] of bucket.users) {
      if (query.user_type !== undefined && query.user_type !== type) continue;
      const set = at(waiting, index, () => new DistinctSet());
      for (const userId of users.keys()) set.add(hashText(userId));
    }
  }
  const stored = await sets.seriesOf(ask, run, userType, (bucket) => pointIndex(points, bucket), waiting);
  return Array.from({ length: points.edges.length - 1 }, (_, index) => stored.get(index) ?? 0);
}
