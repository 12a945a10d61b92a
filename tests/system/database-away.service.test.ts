import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SystemHealth } from '../../src/contract/system.js';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { createDatabase, type TestDatabase } from '../helpers/database.js';
import { type DatabaseProxy, openDatabaseProxy } from '../helpers/database-proxy.js';

let db: TestDatabase;
let proxy: DatabaseProxy;
let test: TestApp;
let headers: Record<string, string>;
/** Stands still, so that a caller who was proved stays so: access asks the database again after 3 s. */
let now = Date.now();
const rejections: unknown[] = [];
const onRejection = (reason: unknown) => rejections.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', onRejection);
  db = await createDatabase();
  proxy = await openDatabaseProxy(db.url);
  test = await buildTestApp({ db: { ...db, url: proxy.url }, clock: () => now });
  headers = { authorization: `Bearer ${await test.adminToken()}`, 'cache-control': 'no-cache' };
  await test.app.system.watch.beat();
  await ask();
});
afterEach(() => proxy.restore());
afterAll(async () => {
  await test.close();
  await proxy.close();
  await db.drop();
  process.off('unhandledRejection', onRejection);
  expect(rejections).toEqual([]);
});

const ask = () => test.app.inject({ url: '/api/system/health', headers });
const report = async (): Promise<SystemHealth> => {
  const response = await ask();
  expect(response.statusCode).toBe(200);
  return response.json();
};
const partOf = ({ parts }: SystemHealth, name: string) => parts.find(({ part }) => part === name);
const beat = () => test.app.system.watch.beat();

describe('while the database is away', () => {
  it.each([
    ['refuses', () => proxy.cut()],
    ['hangs', async () => proxy.freeze()],
  ])(
    '(it %s) the report says so, with what the process knows, and goes on by itself after',
    async (_, lose) => {
      const before = partOf(await report(), 'queue')?.since;
      await lose();
      now += 10;
      const lost = new Date(now).toISOString();
      const down = await report();
      expect(down.status).toBe('down');
      expect(partOf(down, 'database')).toMatchObject({ state: 'down', since: lost, figure: null });
      expect(partOf(down, 'replicas')).toMatchObject({
        state: 'unknown',
        details: { replicas: [{ state: 'seen' }] },
      });
      expect(partOf(down, 'queue')).toMatchObject({ state: 'ok', since: before });
      expect(partOf(down, 'partitions')?.state).toBe('unknown');

      // A heartbeat fails quietly, and does not begin the outage anew.
      now += 10;
      await beat();
      expect(partOf(await report(), 'database')?.since).toBe(lost);

      await proxy.restore();
      now += 10;
      await expect.poll(async () => (await report()).status, { timeout: 10_000 }).toBe('ok');
      const back = new Date(now).toISOString();
      now += 10;
      await beat();
      // The outage is not forgotten by being over: since when the database is reachable is known to all, and after a restart.
      expect(partOf(await report(), 'database')).toMatchObject({ state: 'ok', since: back });
      const [stored] = await db.query<{ since: Date }>(
        "SELECT since FROM system_states WHERE part = 'database'",
      );
      expect(stored?.since.toISOString()).toBe(back);
    },
  );

  it('a caller whom access has to ask about gets its 503', async () => {
    await proxy.cut();
    now += 5_000;
    const response = await ask();
    expect([response.statusCode, response.json().type]).toEqual([503, '/problems/database-unavailable']);
  });
});
