import type pg from 'pg';

/** Since when there are minutes, Unix ms; before that the hour is the smallest bucket. */
export async function getMinutesSince(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ since: number }>(
    'SELECT extract(epoch FROM minutes_since)::float8 * 1000 AS since FROM rollup_state',
  );
  return rows[0]?.since ?? 0;
}
