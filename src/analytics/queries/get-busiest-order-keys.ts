import type { OrderRun } from '../../store/orders/order-grains.js';
import type { Ask } from '../../store/rollups/read-rollups.js';
import { type OrderRest, orderRunArrays } from '../orders/order-rest.js';
import { keyOf, type OrderDimension } from './get-order-figures.js';

/** The restaurants or couriers with the most orders in a span, busiest first. */
export async function getBusiestOrderKeys(
  ask: Ask,
  dimension: Exclude<OrderDimension, ''>,
  top: number,
  runs: readonly OrderRun[],
  rest: readonly OrderRest[],
): Promise<string[]> {
  const waiting = new Map<string, number>();
  for (const entry of rest) {
    const key = keyOf(entry, dimension);
    if (key !== null) waiting.set(key, (waiting.get(key) ?? 0) + (entry.tally.orders ?? 0));
  }
  // What waits can move its own keys only: the first `top` of the others, and all that wait, hold the answer.
  const rows = await ask<{ key: string; orders: number }>(
    'busiest order keys',
    `SELECT key, orders::int AS orders
     FROM (
       SELECT key, sum(orders) AS orders, row_number() OVER (ORDER BY sum(orders) DESC, key COLLATE "C") AS rank
       FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) AS run (grain, starts, ends)
       JOIN order_rollups AS stored
         ON stored.grain = run.grain AND stored.bucket >= run.starts AND stored.bucket < run.ends
       WHERE dimension = $4
       GROUP BY key
     ) AS ranked
     WHERE rank <= $5 OR key = ANY($6::text[])`,
    [...orderRunArrays(runs), dimension, top + waiting.size, [...waiting.keys()]],
  );
  const sums = new Map(rows.map(({ key, orders }) => [key, orders]));
  for (const [key, orders] of waiting) sums.set(key, (sums.get(key) ?? 0) + orders);
  return [...sums]
    .filter(([, orders]) => orders > 0)
    .sort(([a, ordersA], [b, ordersB]) => ordersB - ordersA || (a < b ? -1 : 1))
    .slice(0, top)
    .map(([key]) => key);
}
