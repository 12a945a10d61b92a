import type pg from 'pg';
import { addDeliverJob } from '../deliver-task.js';

/** At one time: more come with the next look. */
const MOST = 200;

/**
 * Puts deliveries back into the queue that should have been tried `late` ms ago or longer and that nobody is at: their worker died with them (its job stays
 * locked for four hours), or the queue lost its job. Safe on several replicas: it is one job a delivery. Returns how many.
 */
export async function requeueOverdue(pool: pg.Pool, late: number): Promise<number> {
  const { rowCount } = await pool.query({
    name: 'requeue-overdue',
    text: `
      WITH overdue AS (
        SELECT id
        FROM deliveries
        WHERE status = 'pending' AND next_attempt_at < now() - $1 * interval '1 millisecond'
          AND (claimed_until IS NULL OR claimed_until < now())
        ORDER BY next_attempt_at
        LIMIT ${MOST}
      )
      SELECT ${addDeliverJob('id')}
      FROM overdue`,
    values: [late],
  });
  return rowCount ?? 0;
}
