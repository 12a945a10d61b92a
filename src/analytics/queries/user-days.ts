import { bucketOf, DAY } from '../../store/rollups/grains.js';
import type { Along } from '../../store/rollups/read-rollups.js';
import { at, type RollupDelta } from '../../store/rollups/rollup-delta.js';
import type { UserDay } from '../behaviour/user-day.js';

/** A person's days as far as they are folded, as {@link UserDay}. */
export const foldedDays = (userId: string): Along => ({
  name: 'user days',
  sql: (bind) => `
    SELECT extract(epoch FROM day::timestamp AT TIME ZONE 'UTC')::float8 * 1000 AS day, actions, failures
    FROM user_days
    WHERE user_id = ${bind(userId)}`,
});

/** A person's days, folded or not: all of them, oldest first. */
export function userDaysOf(folded: readonly UserDay[], pending: RollupDelta, userId: string): UserDay[] {
  const byDay = new Map(folded.map((row) => [row.day, row]));
  addPendingDays(byDay, pending, userId);
  return [...byDay.values()].sort((a, b) => a.day - b.day);
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
