import type pg from 'pg';
import { type AttemptRecord, type DeliveryRecord, deliveryColumns } from '../delivery-record.js';

export interface DeliveryWithLog {
  delivery: DeliveryRecord;
  /** Oldest first. */
  log: AttemptRecord[];
}

/** One delivery and its tries; undefined where there is no such delivery. */
export async function getDelivery(pool: pg.Pool, id: string): Promise<DeliveryWithLog | undefined> {
  const { rows } = await pool.query<DeliveryRecord>(
    `SELECT ${deliveryColumns} FROM deliveries WHERE id = $1`,
    [id],
  );
  if (!rows[0]) return undefined;
  const tries = await pool.query<AttemptRecord>(
    `SELECT n, at, milliseconds, status_code, error, response FROM delivery_attempts WHERE delivery_id = $1 ORDER BY n`,
    [id],
  );
  return { delivery: rows[0], log: tries.rows };
}
