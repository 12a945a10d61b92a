import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rebuildOrders } from '../../../src/store/orders/rebuild-orders.js';
import { foldDeltas } from '../../../src/store/rollups/fold-deltas.js';
import { buildTestApp, type TestApp } from '../../helpers/build-test-app.js';
import { randomFrom, shuffle, simulateOrders } from '../../helpers/simulate-orders.js';
import { storeEvents } from '../../helpers/store-events.js';

const DAY = 86_400_000;
const NOW = Date.now();
const FROM = Math.floor(NOW / DAY) * DAY - 5 * DAY;
const SPAN = { from: FROM, to: FROM + 5 * DAY };

let test: TestApp;
let pool: pg.Pool;
let key: string;
beforeAll(async () => {
  test = await buildTestApp({ clock: () => NOW });
  pool = new pg.Pool({ connectionString: test.db.url, max: 3 });
  key = await test.apiKey(['ingest']);
});
afterAll(async () => {
  await pool.end();
  await test.close();
});

const everything = async () => ({
  orders: await test.db.query('SELECT * FROM orders ORDER BY order_id'),
  rollups: await test.db.query('SELECT * FROM order_rollups ORDER BY grain, dimension, key, bucket'),
  paths: await test.db.query('SELECT * FROM order_paths ORDER BY grain, bucket, path'),
});

describe('a rebuild', () => {
  it('finds nothing to do where all is right, and puts right what is not', async () => {
    const orders = simulateOrders({ orders: 600, seed: 41, from: FROM, to: FROM + 3 * DAY, illegal: 0.1 });
    const events = shuffle(
      orders.flatMap((order) => order.events),
      randomFrom(41),
    );
    const about = { entity_type: 'order', entity_id: 'o_places' };
    const [first] = events;
    if (!first) throw new Error('no event');
    await storeEvents(test, key, events);
    await test.app.inject({
      method: 'POST',
      url: '/api/events',
      headers: { 'x-api-key': key },
      payload: { event_type: 'delivery_location', ...about },
    });
    await foldDeltas(pool);
    const before = await everything();
    expect(await rebuildOrders(pool, { ...SPAN, to: NOW + 1 })).toEqual({
      orders: orders.length + 1,
      differed: 0,
      rollups: 0,
    });
    expect(await everything()).toEqual(before);

    await test.db.query(
      `UPDATE orders SET state = 'lost', events = '{}' WHERE order_id IN ('o_41_1', 'o_41_2')`,
    );
    await test.db.query(`DELETE FROM orders WHERE order_id = 'o_41_3'`);
    await test.db.query(`UPDATE order_rollups SET orders = orders + 1 WHERE dimension = ''`);
    await test.db.query('DELETE FROM order_paths WHERE grain = 3600');
    const broken = await everything();
    const checked = await rebuildOrders(pool, SPAN, { write: false });
    expect(checked).toMatchObject({ orders: orders.length, differed: 3 });
    expect(await everything()).toEqual(broken);
    const rebuilt = await rebuildOrders(pool, SPAN);
    expect(rebuilt).toMatchObject({ orders: orders.length, differed: 3 });
    expect(rebuilt.rollups).toBeGreaterThan(100);
    expect(await everything()).toEqual(before);
  }, 120_000);

  it('lists the buckets that an older release wrote, and no question would read', async () => {
    const listed = () => test.db.query('SELECT grain, bucket FROM order_buckets ORDER BY grain, bucket');
    const before = await listed();
    await test.db.query('DELETE FROM order_buckets WHERE bucket >= $1 AND bucket < $2', [
      new Date(FROM + DAY),
      new Date(FROM + 2 * DAY),
    ]);
    expect((await listed()).length).toBeLessThan(before.length);
    expect((await rebuildOrders(pool, SPAN)).rollups).toBeGreaterThan(0);
    expect(await listed()).toEqual(before);
  });

  it('believes what only the row knows of events that retention has dropped', async () => {
    const before = await everything();
    await test.db.query(`DELETE FROM business_events WHERE timestamp < $1`, [new Date(FROM + DAY)]);
    expect(await rebuildOrders(pool, SPAN)).toMatchObject({ differed: 0, rollups: 0 });
    expect(await everything()).toEqual(before);
  });

  it('goes on beside the service', async () => {
    const orders = simulateOrders({ orders: 200, seed: 42, from: FROM, to: FROM + DAY });
    const events = shuffle(
      orders.flatMap((order) => order.events),
      randomFrom(42),
    );
    const sending = storeEvents(test, key, events);
    for (let turn = 0; turn < 3; turn += 1) await rebuildOrders(pool, { from: FROM, to: FROM + 2 * DAY });
    await sending;
    await foldDeltas(pool);
    expect(await rebuildOrders(pool, { from: FROM, to: FROM + 2 * DAY })).toMatchObject({
      differed: 0,
      rollups: 0,
    });
  });
});
