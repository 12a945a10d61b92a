import { orderCounts } from '../../store/orders/order-contribution.js';
import { type FigureColumns, OrderFigures } from '../../store/orders/order-figures.js';
import type { OrderRun } from '../../store/orders/order-grains.js';
import type { Ask } from '../../store/rollups/read-rollups.js';
import { type OrderRest, orderRunArrays } from '../orders/order-rest.js';

/** Whose orders: everybody's (''), or those of some restaurants or couriers. */
export type OrderDimension = '' | 'restaurant' | 'courier';

/** The keys that an order's rest belongs to in a dimension. */
export const keyOf = (rest: OrderRest, dimension: OrderDimension): string | null =>
  dimension === '' ? '' : rest[dimension];

/** The figures of some keys of a dimension in a span, by key; the one key of '' is ''. */
export async function getOrderFigures(
  ask: Ask,
  dimension: OrderDimension,
  keys: readonly string[],
  runs: readonly OrderRun[],
  rest: readonly OrderRest[],
): Promise<Map<string, OrderFigures>> {
  const figures = new Map(keys.map((key) => [key, new OrderFigures()]));
  if (keys.length === 0) return figures;
  const rows = await ask<FigureColumns & { key: string }>(
    'order figures',
    `SELECT key, ${orderCounts.join(', ')}, amounts, sketches
     FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) AS run (grain, starts, ends)
     JOIN order_rollups AS stored
       ON stored.grain = run.grain AND stored.bucket >= run.starts AND stored.bucket < run.ends
     WHERE dimension = $4 AND key = ANY($5::text[])`,
    [...orderRunArrays(runs), dimension, keys],
  );
  for (const row of rows) figures.get(row.key)?.addColumns(row);
  for (const waiting of rest) {
    const key = keyOf(waiting, dimension);
    if (key !== null) figures.get(key)?.addTally(waiting.tally);
  }
  return figures;
}
