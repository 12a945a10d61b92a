import type pg from 'pg';

/** How long the log of deliveries is kept, in days. */
export const KEPT_DAYS = 90;
const MOST = 10_000;

/** Deletes what was settled long ago, with its log; returns how many. What is more than 10,000 goes with the next call. */
export async function forgetDeliveries(pool: pg.Pool, days = KEPT_DAYS): Promise<number> {
  const { rowCount } = await pool.query(
    `DELETE FROM deliveries
     WHERE id IN (SELECT id FROM deliveries WHERE settled_at < now() - $1 * interval '1 day' LIMIT ${MOST})`,
    [days],
  );
  return rowCount ?? 0;
}
