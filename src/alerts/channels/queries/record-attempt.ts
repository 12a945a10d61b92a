import type pg from 'pg';
import type { DeliveryStatus } from '../../../contract/delivery.js';
import { addDeliverJob } from '../deliver-task.js';
import type { AttemptRecord } from '../delivery-record.js';

export interface Attempt extends Omit<AttemptRecord, 'at'> {
  delivery_id: string;
  /** What the delivery is after it. */
  status: DeliveryStatus;
  /** Until the next try, ms, where it is pending. */
  delay: number;
  /** Addresses that took it in this try. */
  reached: readonly string[];
}

/**
 * Logs a try and what it means for the delivery, with the job of the next try, in one statement. The delivery stays as it is where somebody has settled it
 * meanwhile, or has claimed it after us.
 */
export async function recordAttempt(client: pg.ClientBase, attempt: Attempt): Promise<void> {
  await client.query({
    name: 'record-attempt',
    text: `
      WITH logged AS (
        INSERT INTO delivery_attempts (delivery_id, n, at, milliseconds, status_code, error, response)
        VALUES ($1, $2, now(), $3, $4, $5, $6)
        ON CONFLICT DO NOTHING
      ), changed AS (
        UPDATE deliveries
        SET status = $7, claimed_until = NULL, reached = reached || $9::text[],
            next_attempt_at = now() + $8 * interval '1 millisecond',
            settled_at = CASE WHEN $7 <> 'pending' THEN now() END
        WHERE id = $1 AND status = 'pending' AND attempts = $2
        RETURNING id, status, next_attempt_at
      )
      SELECT ${addDeliverJob('id', 'next_attempt_at')}
      FROM changed
      WHERE status = 'pending'`,
    values: [
      attempt.delivery_id,
      attempt.n,
      attempt.milliseconds,
      attempt.status_code,
      attempt.error,
      attempt.response,
      attempt.status,
      attempt.delay,
      [...attempt.reached],
    ],
  });
}
