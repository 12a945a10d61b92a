import type pg from 'pg';

/** Tries after which a delivery that waits counts as failed: the third ends within five minutes of the first. */
const TROUBLED = 3;

/**
 * How many notices could not be delivered since (Unix ms): those that failed or were given up since then, and those that are still tried but have failed
 * at least three times, or a receiver's outage would be known only when a day of trying is over. Tests are not counted: whoever made one saw it.
 */
export async function countFailedDeliveries(client: pg.ClientBase | pg.Pool, since: number): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count
     FROM deliveries
     WHERE notice_type <> 'channel.test'
       AND (
         (status IN ('failed', 'gave_up') AND settled_at >= $1)
         OR (status = 'pending' AND attempts >= ${TROUBLED})
       )`,
    [new Date(since)],
  );
  return rows[0]?.count ?? 0;
}
