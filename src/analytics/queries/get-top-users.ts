import type { Span } from '../../store/rollups/grains.js';
import type { Ask } from '../../store/rollups/read-rollups.js';

export interface UserTotal {
  user_id: string;
  user_type: string;
  actions: number;
  failures: number;
  /** Unix ms. */
  last_at: number;
}

/** Candidates a day: one who is among the first 20 of a month is among the first 50 of some day of it. */
const CANDIDATES = 50;

/**
 * Who has the most actions, or failures, in a span of whole UTC days. Adding up everybody's days would read half a million rows for a month; so only the
 * first 50 of each day are added up (the threshold algorithm of Fagin, Lotem and Naor, 2003). Whoever is among none of them has at most what the
 * fiftieth of each day add up to: where that is more than the last of the answer has, all are added up after all.
 */
export async function getTopUsers(
  ask: Ask,
  { from, to }: Span,
  by: 'actions' | 'failures',
  limit: number,
): Promise<UserTotal[]> {
  const days = [new Date(from), new Date(to)].map((day) => day.toISOString().slice(0, 10));
  const top = await ask<UserTotal & { bound: number }>(
    `top users by ${by}`,
    `WITH candidate AS MATERIALIZED (
       SELECT day.day, best.user_id, best.amount, best.place
       FROM generate_series($1::date, $2::date - 1, interval '1 day') AS day (day)
       CROSS JOIN LATERAL (
         SELECT user_id, ${by} AS amount, row_number() OVER (ORDER BY ${by} DESC) AS place
         FROM user_days
         WHERE user_days.day = day.day::date AND ${by} > 0
         ORDER BY ${by} DESC
         LIMIT ${CANDIDATES}
       ) AS best
     )
     ${totals}
     WHERE user_id IN (SELECT user_id FROM candidate) AND day >= $1::date AND day < $2::date
     GROUP BY user_id
     ORDER BY sum(${by}) DESC, user_id
     LIMIT $3`.replace(
      '#bound',
      `(SELECT coalesce(sum(amount), 0)::int FROM candidate WHERE place = ${CANDIDATES})`,
    ),
    [...days, limit],
  );
  const last = top.length === limit ? top.at(-1) : undefined;
  const exact = (top[0]?.bound ?? 0) === 0 || (last !== undefined && last[by] >= (top[0]?.bound ?? 0));
  if (exact) return top;
  return ask<UserTotal>(
    `all users by ${by}`,
    `${totals}
     WHERE day >= $1::date AND day < $2::date
     GROUP BY user_id
     HAVING sum(${by}) > 0
     ORDER BY sum(${by}) DESC, user_id
     LIMIT $3`.replace('#bound', '0'),
    [...days, limit],
  );
}

const totals = `SELECT user_id, (array_agg(user_type ORDER BY last_at DESC))[1] AS user_type, sum(actions)::int AS actions,
            sum(failures)::int AS failures, extract(epoch FROM max(last_at))::float8 * 1000 AS last_at, #bound AS bound
     FROM user_days`;
