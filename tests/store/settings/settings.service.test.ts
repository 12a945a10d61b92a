import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { inTransaction } from '../../../src/store/in-transaction.js';
import { changeSetting } from '../../../src/store/settings/change-setting.js';
import { getSetting } from '../../../src/store/settings/get-setting.js';
import { LiveSetting } from '../../../src/store/settings/live-setting.js';
import type { Setting } from '../../../src/store/settings/setting.js';
import { createDatabase, type TestDatabase } from '../../helpers/database.js';

const setting: Setting<{ days: number }> = {
  key: 'test',
  schema: z.strictObject({ days: z.number() }),
  initial: { days: 90 },
};
let db: TestDatabase;
let pool: pg.Pool;
const warnings: string[] = [];
const log = { warn: (_fields: object, message: string) => warnings.push(message) };
beforeAll(async () => {
  db = await createDatabase();
  pool = new pg.Pool({ connectionString: db.url });
});
afterAll(async () => {
  await pool.end();
  expect(await db.connections()).toBe(0);
  await db.drop();
});
const by = { by: 'admin_1', at: Date.parse('2026-11-26T12:00:00Z') };
const add = (days: number) =>
  inTransaction(pool, (client) =>
    changeSetting(client, setting, ({ value }) => ({ days: value.days + days }), by),
  );

it('a setting is what it was made until somebody changes it, and loses no change of many at once', async () => {
  expect(await getSetting(pool, setting)).toEqual({
    value: { days: 90 },
    version: 0,
    changed_at: null,
    changed_by: null,
  });
  const changes = await Promise.all(Array.from({ length: 20 }, () => add(1)));
  expect(changes.map(({ before, after }) => after.value.days - before.value.days)).toEqual(
    Array.from({ length: 20 }, () => 1),
  );
  expect(await getSetting(pool, setting)).toEqual({
    value: { days: 110 },
    version: 20,
    changed_at: '2026-11-26T12:00:00.000Z',
    changed_by: 'admin_1',
  });
});

it('a change that is not valid changes nothing', async () => {
  const wrong = inTransaction(pool, (client) =>
    changeSetting(client, setting, () => ({ days: 'many' }) as never, by),
  );
  await expect(wrong).rejects.toThrow(z.ZodError);
  expect((await getSetting(pool, setting)).value).toEqual({ days: 110 });
});

it('a replica follows, and keeps what it knows of a value that it cannot read', async () => {
  const live = new LiveSetting({ pool, setting, log });
  expect(live.value).toEqual({ days: 90 });
  await live.look();
  expect(live.value).toEqual({ days: 110 });
  const same = live.value;
  await live.look();
  expect(live.value).toBe(same);
  await add(5);
  await expect.poll(() => live.value, { timeout: 6_000 }).toEqual({ days: 115 });
  await db.query(`UPDATE settings SET value = '{"weeks": 3}', version = version + 1`);
  await live.look();
  await live.look();
  expect(live.value).toEqual({ days: 115 });
  expect(warnings).toHaveLength(1);
  await live.stop();
});
