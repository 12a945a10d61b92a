import type { Span } from '../../store/rollups/grains.js';
import type { Ask } from '../../store/rollups/read-rollups.js';
import type { UserTotal } from './get-top-users.js';

/** What some people did in a span of whole UTC days, as far as it is folded. */
export function getUserTotals(
  ask: Ask,
  userIds: readonly string[],
  { from, to }: Span,
): Promise<UserTotal[]> {
  return ask<UserTotal>(
    'totals of users',
    `SELECT user_id, (array_agg(user_type ORDER BY last_at DESC))[1] AS user_type, sum(actions)::int AS actions,
            sum(failures)::int AS failures, extract(epoch FROM max(last_at))::float8 * 1000 AS last_at
     FROM user_days
     WHERE user_id = ANY($1::text[]) AND day >= $2::date AND day < $3::date
     GROUP BY user_id`,
    [userIds, ...[from, to].map((day) => new Date(day).toISOString().slice(0, 10))],
  );
}
