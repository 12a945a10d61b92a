import type { Ask } from '../../store/rollups/read-rollups.js';
import type { UserDay } from '../behaviour/user-day.js';

/** Some people's days since a day (Unix ms), each person's oldest first. */
export async function getDaysOfUsers(
  ask: Ask,
  userIds: readonly string[],
  since: number,
): Promise<Map<string, UserDay[]>> {
  const rows = await ask<{ user_id: string; days: number[]; actions: number[]; failures: number[] }>(
    'days of users',
    `SELECT user_id, array_agg(extract(epoch FROM day::timestamp AT TIME ZONE 'UTC')::float8 * 1000 ORDER BY day) AS days,
            array_agg(actions ORDER BY day) AS actions, array_agg(failures ORDER BY day) AS failures
     FROM user_days
     WHERE user_id = ANY($1::text[]) AND day >= $2::date
     GROUP BY user_id`,
    [userIds, new Date(since).toISOString().slice(0, 10)],
  );
  return new Map(
    rows.map((row) => [
      row.user_id,
      row.days.map((day, index) => ({
        day,
        actions: row.actions[index] ?? 0,
        failures: row.failures[index] ?? 0,
      })),
    ]),
  );
}
