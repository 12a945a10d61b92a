import { bucketOf, DAY } from '../../store/rollups/grains.js';
import type { Ask } from '../../store/rollups/read-rollups.js';
import { at, type RollupDelta } from '../../store/rollups/rollup-delta.js';
import type { UserDay } from '../behaviour/user-day.js';

/** How many days back a person's own past goes. */
const PAST_DAYS = 90;

/** A person's days of the last 90, oldest first, and how many actions there are in all. */
export async function getUserDays(
  ask: Ask,
  pending: RollupDelta,
  userId: string,
  now: number,
): Promise<{ days: UserDay[]; total: number }> {
  const rows = await ask<UserDay>(
    'user days',
    `SELECT extract(epoch FROM day::timestamp AT TIME ZONE 'UTC')::float8 * 1000 AS day, actions, failures
     FROM user_days
     WHERE user_id = $1
     ORDER BY day`,
    [userId],
  );
  const byDay = new Map(rows.map((row) => [row.day, row]));
  addPendingDays(byDay, pending, userId);
  const all = [...byDay.values()].sort((a, b) => a.day - b.day);
  const since = bucketOf(DAY, now) - PAST_DAYS * DAY * 1_000;
  return {
    days: all.filter(({ day }) => day >= since),
    total: all.reduce((sum, { actions }) => sum + actions, 0),
  };
}

/** Adds a person's actions that are not folded yet to their days. */
export function addPendingDays(byDay: Map<number, UserDay>, pending: RollupDelta, userId: string): void {
  for (const [minute, bucket] of pending.minutes) {
    for (const users of bucket.users.values()) {
      const stats = users.get(userId);
      if (!stats) continue;
      const day = bucketOf(DAY, minute * 60_000);
      const held = at(byDay, day, () => ({ day, actions: 0, failures: 0 }));
      held.actions += stats.actions;
      held.failures += stats.failures;
    }
  }
}
