import type pg from 'pg';
import { timeText } from '../upsert.js';
import type { FactsById } from './kept-facts.js';
import { type Order, stageTimes } from './project-order.js';

/** An order with the facts that it was computed from. */
export interface StoredOrder {
  order_id: string;
  facts: FactsById;
  order: Order;
}

const timeColumns = ['first_at', 'last_at', 'state_since', ...stageTimes] as const;

/** The columns that {@link writeOrders} sets, with their types. */
const columns: readonly (readonly [name: string, type: string])[] = [
  ['state', 'text'],
  ['customer_id', 'text'],
  ['restaurant_id', 'text'],
  ['courier_id', 'text'],
  ['currency', 'text'],
  ['amount', 'float8'],
  ['captured', 'float8'],
  ['refunded', 'float8'],
  ...timeColumns.map((name) => [name, 'timestamptz'] as const),
  ['illegal', 'jsonb'],
  ['events', 'jsonb'],
];

/** An order's columns as JSON; what is undefined is left out, and read as NULL. */
export function orderColumns({ order_id, facts, order }: StoredOrder): Record<string, unknown> {
  const { money: _money, path: _path, ...rest } = order;
  const times = Object.fromEntries(
    timeColumns.map((name) => [name, order[name] === undefined ? undefined : timeText(order[name])]),
  );
  return { order_id, ...rest, ...times, events: facts };
}

/** Writes orders whose rows are there already, and locked by this transaction; returns how many were not like that before. */
export async function writeOrders(client: pg.ClientBase, orders: readonly StoredOrder[]): Promise<number> {
  const { rowCount } = await client.query({
    name: 'write orders',
    text: `
      UPDATE orders SET ${columns.map(([name]) => `${name} = row.${name}`).join(', ')}
      FROM jsonb_to_recordset($1::jsonb) AS row (
        order_id text, ${columns.map(([name, type]) => `${name} ${type}`).join(', ')})
      WHERE orders.order_id = row.order_id
        AND (${columns.map(([name]) => `orders.${name}`).join(', ')}) IS DISTINCT FROM (${columns.map(([name]) => `row.${name}`).join(', ')})`,
    values: [JSON.stringify(orders.map(orderColumns))],
  });
  return rowCount ?? 0;
}
