import type pg from 'pg';
import type { z } from 'zod';
import type { listDeliveriesQuerySchema } from '../../../contract/delivery.js';
import { type DeliveryRecord, deliveryColumns } from '../delivery-record.js';

export type DeliveryQuery = z.output<typeof listDeliveriesQuerySchema>;

/** Deliveries by filter, newest first: one more than asked for, where there are more. */
export async function listDeliveries(
  pool: pg.Pool,
  { channel_id, alert_id, status, cursor, limit }: DeliveryQuery,
): Promise<DeliveryRecord[]> {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const conditions = [
    ...(channel_id === undefined ? [] : [`channel_id = ${bind(channel_id)}`]),
    ...(alert_id === undefined ? [] : [`alert_id = ${bind(alert_id)}`]),
    ...(status === undefined ? [] : [`status = ${bind(status)}`]),
    ...(cursor === undefined ? [] : [`id < ${bind(cursor)}`]),
  ];
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  const { rows } = await pool.query<DeliveryRecord>(
    `SELECT ${deliveryColumns} FROM deliveries ${where} ORDER BY id DESC LIMIT ${bind(limit + 1)}`,
    values,
  );
  return rows;
}
