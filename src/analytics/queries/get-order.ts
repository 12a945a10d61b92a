import type pg from 'pg';
import type { OrderAnswer } from '../../contract/order.js';
import { query } from '../../store/query.js';
import { type OrderRecord, orderAnswer, orderColumnList } from '../orders/order-answer.js';

/** One order as its events tell it; undefined where none of them tells anything. */
export async function getOrder(pool: pg.Pool, orderId: string): Promise<OrderAnswer | undefined> {
  const [row] = await query<OrderRecord>(pool, {
    name: 'order',
    text: `SELECT ${orderColumnList} FROM orders WHERE order_id = $1`,
    values: [orderId],
  });
  return row && orderAnswer(row);
}
