import type pg from 'pg';
import type { OrderAnswer, orderSorts, orderStates } from '../../contract/order.js';
import { timeText } from '../../store/upsert.js';
import { type OrderRecord, orderAnswer, orderColumnList } from '../orders/order-answer.js';

/** All hold together; undefined does not filter. Times are Unix ms. */
export interface OrderFilter {
  state?: readonly (typeof orderStates)[number][] | undefined;
  /** In its state since then, or earlier. */
  since?: number | undefined;
  customer_id?: string | undefined;
  restaurant_id?: string | undefined;
  courier_id?: string | undefined;
  illegal?: boolean | undefined;
  /** Of its first event. Inclusive. */
  from?: number | undefined;
  /** Exclusive. */
  to?: number | undefined;
}

/** Where a page ended: the sorted time in Unix ms, and the order. */
export interface OrderCursor {
  at: number;
  order_id: string;
}

const equalities = ['customer_id', 'restaurant_id', 'courier_id'] as const;

/** Orders by filter: newest first, or longest in their state first. */
export async function listOrders(
  pool: pg.Pool,
  filter: OrderFilter,
  sort: (typeof orderSorts)[number],
  limit: number,
  after?: OrderCursor,
): Promise<OrderAnswer[]> {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const conditions = equalities.flatMap((column) =>
    filter[column] === undefined ? [] : [`${column} = ${bind(filter[column])}`],
  );
  if (filter.state !== undefined) conditions.push(`state = ANY(${bind(filter.state)}::text[])`);
  if (filter.since !== undefined) conditions.push(`state_since <= ${bind(timeText(filter.since))}`);
  if (filter.from !== undefined) conditions.push(`first_at >= ${bind(timeText(filter.from))}`);
  if (filter.to !== undefined) conditions.push(`first_at < ${bind(timeText(filter.to))}`);
  // Spelled like the partial index's own condition, so that it is used.
  if (filter.illegal !== undefined) conditions.push(filter.illegal ? `illegal <> '[]'` : `illegal = '[]'`);
  const [column, than, direction] =
    sort === 'newest' ? (['first_at', '<', 'DESC'] as const) : (['state_since', '>', 'ASC'] as const);
  if (after) {
    const at = bind(timeText(after.at));
    conditions.push(`(${column}, order_id) ${than} (${at}::timestamptz, ${bind(after.order_id)})`);
  }
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  const { rows } = await pool.query<OrderRecord>(
    `SELECT ${orderColumnList}
     FROM orders
     ${where}
     ORDER BY ${column} ${direction}, order_id ${direction}
     LIMIT ${bind(limit)}`,
    values,
  );
  return rows.map(orderAnswer);
}
