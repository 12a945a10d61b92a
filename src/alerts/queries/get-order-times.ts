import type pg from 'pg';
import type { OrderTimes } from '../past/order-past.js';
import { STUCK_AT_MOST } from './get-stuck-orders.js';

const columns = [
  'placed',
  'accepted',
  'preparing',
  'ready',
  'courier_assigned',
  'picked_up',
  'delivered',
  'rejected',
  'cancelled',
] as const;

/** Stage times of the orders that may have waited for something within [from, to), Unix ms: those that began a day before, or two limits. */
export async function getOrderTimes(pool: pg.Pool, from: number, to: number): Promise<OrderTimes[]> {
  const times = columns.map((stage) => `extract(epoch FROM ${stage}_at)::float8 * 1000 AS ${stage}_at`);
  const { rows } = await pool.query<OrderTimes>(
    `SELECT order_id, restaurant_id, ${times.join(', ')}
       FROM orders
      WHERE first_at >= to_timestamp($1::float8 / 1000) AND first_at < to_timestamp($2::float8 / 1000)
      ORDER BY first_at, order_id`,
    [from - 2 * STUCK_AT_MOST, to],
  );
  return rows;
}
