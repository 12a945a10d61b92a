import pg from 'pg';
import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../../../src/store/in-transaction.js';
import { applyOrderEvents } from '../../../src/store/orders/apply-order-events.js';
import { foldOrderDelta, pathRowsOf, rollupRowsOf } from '../../../src/store/orders/fold-order-delta.js';
import { withEvents } from '../../../src/store/orders/kept-facts.js';
import { mergeOrderDelta } from '../../../src/store/orders/merge-order-delta.js';
import { contribute } from '../../../src/store/orders/order-contribution.js';
import type { OrderDelta } from '../../../src/store/orders/order-delta.js';
import type { OrderEvent } from '../../../src/store/orders/order-event.js';
import { type FigureColumns, OrderFigures } from '../../../src/store/orders/order-figures.js';
import { projectOrder } from '../../../src/store/orders/project-order.js';
import { createDatabase, type TestDatabase } from '../../helpers/database.js';
import { orderEventOf } from '../../helpers/order-event.js';
import { randomFrom, shuffle, simulateOrders } from '../../helpers/simulate-orders.js';

const FROM = Date.UTC(2026, 9, 1, 12);
const HOUR = 3_600_000;

let db: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  db = await createDatabase();
  pool = new pg.Pool({ connectionString: db.url, max: 6 });
});
beforeEach(() => db.query('TRUNCATE orders, order_rollups, order_paths'));
afterAll(async () => {
  await pool.end();
  expect(await db.connections()).toBe(0);
  await db.drop();
});

const flush = (events: readonly OrderEvent[]) =>
  inTransaction(pool, (client) => applyOrderEvents(client, events));
const fold = (delta: OrderDelta) => inTransaction(pool, (client) => foldOrderDelta(client, delta, 1));

/** What the rollups should hold of these events. */
function wholeOf(orders: readonly { events: readonly OrderEvent[] }[]): OrderDelta {
  const delta: OrderDelta = {};
  for (const { events } of orders) contribute(delta, projectOrder(withEvents({}, events)), 1);
  return delta;
}

async function storedRollups() {
  const rows = await db.query<
    FigureColumns & { grain: number; dimension: string; key: string; bucket: Date }
  >('SELECT * FROM order_rollups ORDER BY grain, dimension COLLATE "C", key COLLATE "C", bucket');
  return rows.map((row) => ({
    ...row,
    bucket: row.bucket.getTime(),
    sketches: Buffer.from(row.sketches).toString('hex'),
  }));
}
const expectedRollups = (delta: OrderDelta) =>
  rollupRowsOf(delta).map(({ figures, ...key }) => {
    const columns = figures.toColumns();
    return { ...key, ...columns, sketches: Buffer.from(columns.sketches).toString('hex') };
  });
const storedPaths = () =>
  db.query(`SELECT grain, extract(epoch FROM bucket)::float8 * 1000 AS bucket, path, orders::int AS orders
              FROM order_paths ORDER BY grain, bucket, path COLLATE "C"`);
const expectedPaths = (delta: OrderDelta) =>
  pathRowsOf(delta).sort((a, b) => a.grain - b.grain || a.bucket - b.bucket || (a.path < b.path ? -1 : 1));

describe('orders in the database', () => {
  it('are what their events say, whatever flushes brought them, and so are the rollups folded in between', async () => {
    const random = randomFrom(1);
    const orders = simulateOrders({
      orders: 400,
      seed: 1,
      from: FROM,
      to: FROM + 30 * HOUR,
      illegal: 0.1,
      restaurants: 5,
      couriers: 5,
    }).map(({ events, ...order }) => ({ ...order, events: events.map(orderEventOf) }));
    const events = shuffle(
      orders.flatMap((order) => order.events),
      random,
    );
    let waiting: OrderDelta = {};
    while (events.length > 0) {
      // Duplicates never come here, but if one did, nothing would count twice.
      const part = events.splice(0, 1 + Math.floor(random() * 200));
      const delta = await flush([...part, ...part.slice(0, 3)]);
      if (delta) mergeOrderDelta(waiting, JSON.parse(JSON.stringify(delta)));
      if (random() < 0.2) {
        await fold(waiting);
        waiting = {};
      }
    }
    await fold(waiting);

    const whole = wholeOf(orders);
    expect(await storedRollups()).toEqual(expectedRollups(whole));
    expect(await storedPaths()).toEqual(expectedPaths(whole));
    const rows = await db.query<Record<string, unknown> & { order_id: string; illegal: { code: string }[] }>(
      'SELECT * FROM orders',
    );
    expect(rows).toHaveLength(orders.length);
    const byId = new Map(rows.map((row) => [row.order_id, row]));
    for (const { order_id, truth } of orders) {
      const row = byId.get(order_id);
      expect(row).toMatchObject({
        state: truth.state,
        state_since: new Date(truth.state_since),
        first_at: new Date(truth.first_at),
        last_at: new Date(truth.last_at),
        customer_id: truth.customer_id,
        restaurant_id: truth.restaurant_id,
        courier_id: truth.courier_id ?? null,
        amount: truth.amount,
        delivered_at: truth.times.order_delivered ? new Date(truth.times.order_delivered) : null,
      });
      expect(row?.illegal.map(({ code }) => code)).toEqual(truth.illegal);
    }
  });

  it('are never deadlocked, nor lose an event, when replicas flush events of the same orders at once', async () => {
    const random = randomFrom(2);
    const orders = simulateOrders({ orders: 60, seed: 2, from: FROM, to: FROM + HOUR }).map(
      ({ order_id, events }) => ({ order_id, events: events.map(orderEventOf) }),
    );
    const events = shuffle(
      orders.flatMap((order) => order.events),
      random,
    );
    const parts: OrderEvent[][] = [];
    while (events.length > 0) parts.push(events.splice(0, 25));
    const sum: OrderDelta = {};
    for (const delta of await Promise.all(parts.map(flush))) if (delta) mergeOrderDelta(sum, delta);
    const whole = wholeOf(orders);
    expect(sum).toEqual(whole);
    const stored = await db.query<{ order_id: string; events: object }>(
      'SELECT order_id, events FROM orders',
    );
    expect(new Map(stored.map((row) => [row.order_id, Object.keys(row.events).sort()]))).toEqual(
      new Map(orders.map((order) => [order.order_id, order.events.map(({ id }) => id).sort()])),
    );
  });

  it('leave no row of a rollup where no order is left', async () => {
    const placed: OrderEvent = {
      id: uuidV7({ msecs: FROM }),
      order_id: 'o',
      event_type: 'order_placed',
      restaurant_id: 'r',
      amount: 3,
      currency: 'EUR',
    };
    await fold((await flush([placed])) ?? {});
    expect(await storedRollups()).toHaveLength(6);
    const before = await flush([
      { ...placed, id: uuidV7({ msecs: FROM - 40 * 24 * HOUR }), restaurant_id: 'r_2' },
    ]);
    await fold(before ?? {});
    const rows = await storedRollups();
    expect(rows.map(({ key }) => key)).toEqual(['', 'r_2', '', 'r_2', '', 'r_2']);
    expect(new Set(rows.map(({ bucket }) => bucket < FROM - 24 * HOUR))).toEqual(new Set([true]));
    expect(await storedPaths()).toMatchObject([{ path: 'P' }, { path: 'P' }, { path: 'P' }]);
  });

  it('say nothing changed where nothing did', async () => {
    const placed: OrderEvent = { id: uuidV7({ msecs: FROM }), order_id: 'o', event_type: 'order_placed' };
    expect(await flush([])).toBeUndefined();
    expect(await flush([placed])).toBeDefined();
    expect(await flush([placed])).toBeUndefined();
  });

  it('take names that mean something to JavaScript or SQL', async () => {
    for (const name of ['__proto__', 'constructor', "o'; DROP TABLE orders; --", '{"a":1}', '"', '\\', ' ']) {
      const event: OrderEvent = {
        id: uuidV7({ msecs: FROM }),
        order_id: name,
        event_type: 'order_placed',
        restaurant_id: name,
        courier_id: name,
        customer_id: name,
      };
      await fold((await flush([event])) ?? {});
      expect(
        await db.query('SELECT courier_id FROM orders WHERE order_id = $1 AND restaurant_id = $1', [name]),
      ).toEqual([{ courier_id: name }]);
      const [row] = await db.query<FigureColumns>(
        `SELECT * FROM order_rollups WHERE dimension = 'courier' AND key = $1 AND grain = 3600`,
        [name],
      );
      const figures = new OrderFigures();
      if (row) figures.addColumns(row);
      expect(figures.counts).toMatchObject({ orders: 1, placed: 1 });
    }
  });
});
