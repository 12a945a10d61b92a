import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOrders, type OrdersQuery } from '../../src/analytics/orders/answer-orders.js';
import { rebuildOrders } from '../../src/store/orders/rebuild-orders.js';
import { foldDeltas } from '../../src/store/rollups/fold-deltas.js';
import { RollupMemory } from '../../src/store/rollups/rollup-memory.js';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { randomFrom, shuffle, simulateOrders } from '../helpers/simulate-orders.js';
import { storeEvents } from '../helpers/store-events.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.now();
const TODAY = Math.floor(NOW / DAY) * DAY;
/** Ids are taken from seven days back. */
const FROM = TODAY - 6 * DAY + HOUR;

let test: TestApp;
let pool: pg.Pool;
let key: string;
beforeAll(async () => {
  test = await buildTestApp({ clock: () => NOW });
  pool = test.app.database.pools.reader;
  key = await test.apiKey(['ingest']);
});
afterAll(() => test.close());

const by = ['restaurant', 'courier', 'hour_of_week'] as const;
const questions: OrdersQuery[] = [
  { timezone: 'UTC', timeframe: 'monthly', by, top: 3, target_minutes: 45 },
  { timezone: 'Asia/Kolkata', timeframe: 'weekly', by, top: 10, target_minutes: 45 },
  { timezone: 'America/St_Johns', timeframe: 'daily', by, top: 2, target_minutes: 30 },
  {
    timezone: 'UTC',
    from: FROM + 5 * HOUR,
    to: TODAY - DAY,
    by,
    top: 5,
    target_minutes: 20,
  },
];

/** Each question as a process answers it that remembers, and as one does that has just begun. */
async function expectRemembered(memory: RollupMemory): Promise<void> {
  for (const question of questions) {
    const fresh = await answerOrders(pool, new RollupMemory(), question, NOW);
    expect(await answerOrders(pool, memory, question, NOW)).toEqual(fresh);
    expect(await answerOrders(pool, memory, question, NOW)).toEqual(fresh);
  }
}

describe('what a process remembers of orders', () => {
  it('never shows in an answer, whatever comes, waits, is folded or is rebuilt meanwhile', async () => {
    const memory = new RollupMemory();
    const orders = simulateOrders({
      orders: 400,
      seed: 77,
      from: FROM,
      to: NOW - HOUR,
      illegal: 0.1,
      restaurants: 9,
      couriers: 9,
    });
    const events = shuffle(
      orders.flatMap((order) => order.events),
      randomFrom(77),
    );
    await expectRemembered(memory);
    const batches = 6;
    for (let batch = 0; batch < batches; batch += 1) {
      const [start, end] = [batch, batch + 1].map((at) => Math.floor((at * events.length) / batches));
      await storeEvents(test, key, events.slice(start, end));
      await expectRemembered(memory);
      if (batch % 2 === 0) await foldDeltas(pool);
      await expectRemembered(memory);
    }
    await foldDeltas(pool);
    await expectRemembered(memory);
    // Behind the service's back, so under the same version: only a rebuild tells.
    await test.db.query(
      `UPDATE order_rollups SET orders = orders + 5, delivered = 0 WHERE grain = 86400 AND bucket = $1`,
      [new Date(TODAY - 2 * DAY)],
    );
    await expect(expectRemembered(memory)).rejects.toThrow();
    const { rollups } = await rebuildOrders(pool, { from: FROM - HOUR, to: NOW + 1 });
    expect(rollups).toBeGreaterThan(0);
    await expectRemembered(memory);
    const total = await answerOrders(pool, memory, questions[0] as OrdersQuery, NOW);
    expect(total.orders).toBe(orders.length);
  });

  it('is all that an answer takes beside one statement, while nothing was folded', async () => {
    const memory = new RollupMemory();
    const asked: string[] = [];
    const counted = {
      query: (question: pg.QueryConfig) => {
        asked.push(question.name ?? '');
        return pool.query(question);
      },
    } as unknown as pg.Pool;
    const [question] = questions as [OrdersQuery];
    await answerOrders(counted, memory, question, NOW);
    expect(asked.length).toBeGreaterThan(3);
    asked.length = 0;
    await answerOrders(counted, memory, question, NOW);
    expect(asked).toEqual(['state, order buckets, order buckets']);
  });
});
