import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { getBusiestOrderKeys } from '../../../src/analytics/queries/get-busiest-order-keys.js';
import { coverOrders } from '../../../src/store/orders/order-grains.js';
import type { Ask } from '../../../src/store/rollups/read-rollups.js';
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
beforeEach(() => rollups.db.query('TRUNCATE order_rollups'));
afterAll(() => rollups.close());

const asked: string[] = [];
const ask: Ask = (name, text, values = []) => {
  asked.push(name);
  return rollups.pools.reader.query({ name, text, values: [...values] }).then(({ rows }) => rows as never);
};

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
     SELECT grain, to_timestamp(bucket / 1000.0), dimension, key, orders, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '{}', ''
     FROM json_to_recordset($1) AS row (grain int, bucket float8, dimension text, key text, orders int)`,
    [JSON.stringify(rows)],
  );
  return totals;
}

const firstOf = (totals: ReadonlyMap<string, number>, many: number): string[] =>
  [...totals]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, many)
    .map(([key]) => key);

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
      await rollups.db.query('TRUNCATE order_rollups');
      const totals = await store(restaurants, make(randomFrom(seed)));
      for (const top of [1, 10, 50])
        expect(await getBusiestOrderKeys(ask, 'restaurant', top, runs, [])).toEqual(firstOf(totals, top));
    }
  });

  it('are found among the first of each bucket where they stand out, and among all where they do not', async () => {
    asked.length = 0;
    await store(400, (at) => (at < 10 ? 500 - at : 1 + (at % 3)));
    await getBusiestOrderKeys(ask, 'restaurant', 10, runs, []);
    expect(asked).toEqual(['busiest order keys']);
    await rollups.db.query('TRUNCATE order_rollups');
    await store(400, () => 3);
    await getBusiestOrderKeys(ask, 'restaurant', 10, runs, []);
    expect(asked).toEqual(['busiest order keys', 'busiest order keys', 'busiest of all order keys']);
  });

  it('take in what waits, of somebody who had little before', async () => {
    const totals = await store(400, (at) => (at < 20 ? 100 - at : 1));
    const waiting = { hour: span.from, restaurant: 'r_399', courier: null, tally: { orders: 100_000 } };
    totals.set('r_399', (totals.get('r_399') ?? 0) + 100_000);
    expect(await getBusiestOrderKeys(ask, 'restaurant', 5, runs, [waiting as never])).toEqual(
      firstOf(totals, 5),
    );
  });
});
