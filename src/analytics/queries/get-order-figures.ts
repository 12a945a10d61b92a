import { orderCounts } from '../../store/orders/order-contribution.js';
import { type FigureColumns, OrderFigures } from '../../store/orders/order-figures.js';
import type { OrderRun } from '../../store/orders/order-grains.js';
import type { Ask } from '../../store/rollups/read-rollups.js';
import { runArrays } from '../../store/rollups/run-arrays.js';
import type { OrderRest, PartyDimension } from '../orders/order-rest.js';

/** The figures of one restaurant or courier in a span. */
export async function getOrderFigures(
  ask: Ask,
  dimension: PartyDimension,
  key: string,
  runs: readonly OrderRun[],
  rest: readonly OrderRest[],
): Promise<OrderFigures> {
  const rows = await ask<FigureColumns>(
    'order figures',
    `SELECT ${orderCounts.join(', ')}, amounts, sketches
     FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) AS run (grain, starts, ends)
     JOIN order_rollups AS stored
       ON stored.grain = run.grain AND stored.bucket >= run.starts AND stored.bucket < run.ends
     WHERE dimension = $4 AND key = $5`,
    [...runArrays(runs), dimension, key],
  );
  const figures = new OrderFigures();
  for (const row of rows) figures.addColumns(row);
  for (const waiting of rest) if (waiting[dimension] === key) figures.addTally(waiting.tally);
  return figures;
}
