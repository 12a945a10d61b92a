import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { getBusiestOrders } from '../../../src/analytics/queries/get-busiest-orders.js';
import { orderBucketsOf } from '../../../src/store/orders/order-buckets.js';
import { OrderFigures } from '../../../src/store/orders/order-figures.js';
import { coverOrders } from '../../../src/store/orders/order-grains.js';
import type { Bucket } from '../../../src/store/rollups/bucket-memory.js';
import { readRollups } from '../../../src/store/rollups/read-rollups.js';
import { RollupMemory } from '../../../src/store/rollups/rollup-memory.js';
import { randomFrom } from '../../helpers/simulate-orders.js';
import { type OpenRollups, openRollups } from '../../store/rollups/open-rollups.js';

const DAY = 86_400_000;
/** A Thursday, with which a week of buckets begins. */
const FROM = Date.UTC(2026, 9, 1);
const span = { from: FROM - DAY, to: FROM + 9 * DAY + 5 * 3_600_000 };
const runs = coverOrders(span);

let rollups: OpenRollups;
beforeAll(async () => {
  rollups = await openRollups();
});
const clear = () => rollups.db.query('TRUNCATE order_rollups, order_buckets');
beforeEach(clear);
afterAll(() => rollups.close());

const busiest = (
  top: number,
  rest: Parameters<typeof getBusiestOrders>[5] = [],
  memory = new RollupMemory(),
) =>
  readRollups(
    rollups.pools.reader,
    memory,
    async (_pending, ask, { along: [buckets = []] }) => {
      const found = await getBusiestOrders(ask, memory, 'restaurant', top, buckets as Bucket[], rest);
      return found.map(([key, { counts }]) => [key, counts.orders]);
    },
    [orderBucketsOf(runs)],
  );
const noSketches = `\\x${Buffer.from(new OrderFigures().toColumns().sketches).toString('hex')}`;

/** Fills every bucket of the span, and others beside, with orders of each restaurant; returns how many each has in the span. */
async function store(
  restaurants: number,
  ordersOf: (restaurant: number) => number,
): Promise<Map<string, number>> {
  const totals = new Map<string, number>();
  const rows: { grain: number; bucket: number; dimension: string; key: string; orders: number }[] = [];
  for (const run of [...runs, { grain: 86_400, from: span.to + 2 * DAY, to: span.to + 3 * DAY }]) {
    for (let bucket = run.from; bucket < run.to; bucket += run.grain * 1_000) {
      rows.push({ grain: run.grain, bucket, dimension: '', key: '', orders: 1 });
      for (let restaurant = 0; restaurant < restaurants; restaurant += 1) {
        const orders = ordersOf(restaurant);
        if (orders === 0) continue;
        const key = `r_${restaurant}`;
        rows.push({ grain: run.grain, bucket, dimension: 'restaurant', key, orders });
        if (bucket < span.to) totals.set(key, (totals.get(key) ?? 0) + orders);
      }
    }
  }
  await rollups.db.query(
    `INSERT INTO order_rollups (grain, bucket, dimension, key, orders, placed, accepted, ready, picked_up, delivered, rejected,
       cancelled_placed, cancelled_accepted, cancelled_ready, cancelled_picked_up, illegal, amounts, sketches)
     SELECT grain, to_timestamp(bucket / 1000.0), dimension, key, orders, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '{}', $2::bytea
     FROM json_to_recordset($1) AS row (grain int, bucket float8, dimension text, key text, orders int)`,
    [JSON.stringify(rows), noSketches],
  );
  await rollups.db.query(
    `INSERT INTO order_buckets (grain, bucket, version) SELECT DISTINCT grain, bucket, 1 FROM order_rollups`,
  );
  return totals;
}

const firstOf = (totals: ReadonlyMap<string, number>, many: number): [string, number][] =>
  [...totals].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, many);

describe('the busiest restaurants of a span', () => {
  it.each([
    ['a few', 30, (random: () => number) => () => Math.floor(random() * 9)],
    [
      'many, of whom some are far busier',
      400,
      (random: () => number) => (at: number) => Math.floor((random() * 900) / (at + 1)) + 1,
    ],
    ['many of the same size', 400, (random: () => number) => () => Math.floor(random() * 5)],
    ['many with the very same orders', 250, () => () => 3],
  ])('are right for %s', async (_name, restaurants, make) => {
    for (const seed of [1, 2]) {
      await clear();
      const totals = await store(restaurants, make(randomFrom(seed)));
      for (const top of [1, 10, 50]) expect(await busiest(top)).toEqual(firstOf(totals, top));
    }
  });

  it('take in what waits, of somebody who had little before, and forget it when it was but asked', async () => {
    const totals = await store(400, (at) => (at < 20 ? 100 - at : 1));
    const before = firstOf(totals, 5);
    const memory = new RollupMemory();
    const waiting = { hour: span.from, restaurant: 'r_399', courier: null, tally: { orders: 100_000 } };
    totals.set('r_399', (totals.get('r_399') ?? 0) + 100_000);
    expect(await busiest(5, [waiting], memory)).toEqual(firstOf(totals, 5));
    expect(await busiest(5, [waiting], memory)).toEqual(firstOf(totals, 5));
    expect(await busiest(5, [], memory)).toEqual(before);
  });
});
