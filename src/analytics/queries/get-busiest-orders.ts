import type { OrderFigures } from '../../store/orders/order-figures.js';
import { figuresOfKeys, ordersOfKeys } from '../../store/orders/order-parts.js';
import type { Bucket } from '../../store/rollups/bucket-memory.js';
import type { Ask } from '../../store/rollups/read-rollups.js';
import type { RollupMemory } from '../../store/rollups/rollup-memory.js';
import { type OrderRest, type PartyDimension, withRest } from '../orders/order-rest.js';

/** The restaurants or couriers with the most orders in some buckets, and what waits, busiest first: `top` of them, with their figures. */
export async function getBusiestOrders(
  ask: Ask,
  { buckets: memory }: Pick<RollupMemory, 'buckets'>,
  dimension: PartyDimension,
  top: number,
  buckets: readonly Bucket[],
  rest: readonly OrderRest[],
): Promise<[key: string, OrderFigures][]> {
  const orders = new Map(await memory.sumOf(ask, ordersOfKeys, buckets, [dimension]));
  for (const { [dimension]: key, tally } of rest)
    if (key !== null) orders.set(key, (orders.get(key) ?? 0) + (tally.orders ?? 0));
  const busiest = [...orders]
    .filter(([, count]) => count > 0)
    .sort(([a, ordersA], [b, ordersB]) => ordersB - ordersA || (a < b ? -1 : 1))
    .slice(0, top)
    .map(([key]) => key);
  const keys = new Set(busiest);
  // In one order, so that those who change places are the same question.
  const known = await memory.sumOf(ask, figuresOfKeys, buckets, [
    dimension,
    JSON.stringify([...keys].sort()),
  ]);
  const figures = withRest(known, rest, ({ [dimension]: key }) =>
    key !== null && keys.has(key) ? key : null,
  );
  return busiest.flatMap((key) => {
    const of = figures.get(key);
    return of ? [[key, of] as [string, OrderFigures]] : [];
  });
}
