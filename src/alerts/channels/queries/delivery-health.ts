import type pg from 'pg';

export interface DeliveryHealth {
  /** Due and not tried yet, or under way. */
  waiting: number;
  /** How long the oldest of them has been due, in seconds; null: none is. Above a minute no replica delivers. */
  oldest_seconds: number | null;
  /** Failed at least once, and tried again later. */
  retrying: number;
}

/** How far deliveries are behind. */
export async function deliveryHealth(client: pg.ClientBase | pg.Pool): Promise<DeliveryHealth> {
  const { rows } = await client.query<DeliveryHealth>(
    `SELECT count(*) FILTER (WHERE next_attempt_at <= now())::int AS waiting,
            extract(epoch FROM now() - min(next_attempt_at) FILTER (WHERE next_attempt_at <= now()))::float8 AS oldest_seconds,
            count(*) FILTER (WHERE next_attempt_at > now())::int AS retrying
     FROM deliveries
     WHERE status = 'pending'`,
  );
  return rows[0] ?? { waiting: 0, oldest_seconds: null, retrying: 0 };
}
