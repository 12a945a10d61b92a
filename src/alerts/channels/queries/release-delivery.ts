import type pg from 'pg';
import { addDeliverJob } from '../deliver-task.js';

/** Gives back a delivery whose try was broken off before it could end (this process closes): due at once, for another replica, and not counted. */
export async function releaseDelivery(pool: pg.Pool, id: string, attempt: number): Promise<void> {
  await pool.query({
    name: 'release-delivery',
    text: `
      WITH released AS (
        UPDATE deliveries
        SET claimed_until = NULL, attempts = attempts - 1
        WHERE id = $1 AND status = 'pending' AND attempts = $2
        RETURNING id
      )
      SELECT ${addDeliverJob('id')}
      FROM released`,
    values: [id, attempt],
  });
}
