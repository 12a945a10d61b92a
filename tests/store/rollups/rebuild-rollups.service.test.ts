import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bucketOf, DAY, grains } from '../../../src/store/rollups/grains.js';
import { rebuildDay } from '../../../src/store/rollups/rebuild-rollups.js';
import { randomFrom, shuffle } from '../../helpers/simulate-orders.js';
import { clearRollups } from './clear-rollups.js';
import { exactAnswers } from './exact-answers.js';
import { type OpenRollups, openRollups } from './open-rollups.js';
import { cutIntoFlushes, metricRow, randomRows } from './random-rows.js';
import { storedUntimed } from './stored-untimed.js';

const DAY_MS = 86_400_000;

let rollups: OpenRollups;
let yesterday: number;
let client: pg.Client;
beforeAll(async () => {
  rollups = await openRollups();
  yesterday = bucketOf(DAY, rollups.now) - DAY_MS;
  client = new pg.Client({ connectionString: rollups.db.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await rollups.close();
});

/** Rows of yesterday and the day before it. */
const someRows = (seed: number, count = 600) =>
  randomRows({ random: randomFrom(seed), count, now: yesterday + DAY_MS - 1, lateMs: 2 * DAY_MS - 1 });
const rebuild = (write: boolean, day = yesterday) => rebuildDay(client, day, { write, now: rollups.now });
const differences = async (write = false, day = yesterday) => (await rebuild(write, day)).differences;
const figures = async () => {
  const { user_activity, service_metrics, top_errors } = await rollups.answer({
    from: yesterday,
    to: yesterday + DAY_MS,
  });
  return {
    user_activity,
    top_errors,
    services: service_metrics.map(({ p50, p99, ...row }) => [row.call_count, p50, p99]),
  };
};

beforeEach(async () => {
  await clearRollups(rollups.db);
  const random = randomFrom(11);
  for (const flush of cutIntoFlushes(shuffle(someRows(11), random), random)) await rollups.insert(flush);
});

describe('a rebuilt day', () => {
  it('of healthy rollups shows nothing, folds what waits, and changes nothing', async () => {
    const before = await figures();
    const [stored] = await rollups.db.query<{ rows: number }>(
      `SELECT (SELECT count(*) FROM action_logs WHERE timestamp >= $1 AND timestamp < $2)::int
            + (SELECT count(*) FROM service_metrics WHERE timestamp >= $1 AND timestamp < $2)::int AS rows`,
      [new Date(yesterday), new Date(yesterday + DAY_MS)],
    );
    for (const write of [false, true]) {
      expect(await rebuild(write)).toEqual({ day: yesterday, rows: stored?.rows, differences: [] });
      expect(await differences(write, yesterday - DAY_MS)).toEqual([]);
    }
    expect([await rollups.waiting(), await figures()]).toEqual([0, before]);
  });

  const one = (table: string, more = '') =>
    `ctid = (SELECT ctid FROM ${table} WHERE bucket >= $1::timestamptz AND bucket < $1::timestamptz + interval '1 day' ${more} LIMIT 1)`;
  const oneDay = `ctid = (SELECT ctid FROM user_days WHERE day = ($1::timestamptz AT TIME ZONE 'UTC')::date LIMIT 1)`;

  it.each([
    [
      'service_rollups',
      'missing',
      `DELETE FROM service_rollups WHERE ${one('service_rollups', 'AND grain = 60')}`,
    ],
    [
      'service_rollups',
      'wrong',
      `UPDATE service_rollups SET calls = calls + 1 WHERE ${one('service_rollups', 'AND grain = 3600')}`,
    ],
    [
      'service_rollups',
      'wrong',
      `UPDATE service_rollups SET time_sum = time_sum + 0.5 WHERE ${one('service_rollups', 'AND grain = 86400')}`,
    ],
    [
      'service_rollups',
      'wrong',
      `UPDATE service_rollups SET time_max = time_max * 2 WHERE ${one('service_rollups', 'AND time_max > 0')}`,
    ],
    [
      'service_rollups',
      'wrong',
      `UPDATE service_rollups SET untimed = untimed - 1 WHERE ${one('service_rollups', 'AND calls = 0')}`,
    ],
    [
      'service_rollups',
      'wrong',
      `UPDATE service_rollups SET untimed_failures = untimed_failures + 1 WHERE ${one('service_rollups', 'AND grain = 86400')}`,
    ],
    [
      'service_rollups',
      'wrong',
      `UPDATE service_rollups SET sketch = '\\x000000' WHERE ${one('service_rollups', 'AND calls > 0')}`,
    ],
    [
      'activity_rollups',
      'missing',
      `DELETE FROM activity_rollups WHERE ${one('activity_rollups', 'AND grain = 86400')}`,
    ],
    [
      'activity_rollups',
      'wrong',
      `UPDATE activity_rollups SET failures = failures + 1 WHERE ${one('activity_rollups')}`,
    ],
    [
      'activity_rollups',
      'surplus',
      `INSERT INTO activity_rollups (grain, bucket, user_type, action_type, actions, failures)
       VALUES (3600, $1, 'customer', 'never done', 1, 0)`,
    ],
    ['user_rollups', 'missing', `DELETE FROM user_rollups WHERE ${one('user_rollups', 'AND grain = 3600')}`],
    ['user_rollups', 'wrong', `UPDATE user_rollups SET users = users + 1 WHERE ${one('user_rollups')}`],
    ['error_rollups', 'missing', `DELETE FROM error_rollups WHERE ${one('error_rollups')}`],
    [
      'error_rollups',
      'wrong',
      `UPDATE error_rollups SET failures = failures + 1 WHERE ${one('error_rollups')}`,
    ],
    ['rollup_buckets', 'missing', `DELETE FROM rollup_buckets WHERE ${one('rollup_buckets')}`],
    [
      'method_days',
      'wrong',
      `UPDATE method_days SET actions = actions - 1
       WHERE ctid = (SELECT ctid FROM method_days WHERE day = ($1::timestamptz AT TIME ZONE 'UTC')::date LIMIT 1)`,
    ],
    ['user_days', 'missing', `DELETE FROM user_days WHERE ${oneDay}`],
    ['user_days', 'wrong', `UPDATE user_days SET actions = actions + 1 WHERE ${oneDay}`],
    [
      'user_days',
      'surplus',
      `INSERT INTO user_days (user_id, day, user_type, actions, failures, last_at)
       VALUES ('nobody', ($1::timestamptz AT TIME ZONE 'UTC')::date, 'unknown', 1, 0, $1)`,
    ],
  ] as const)('names %s, of which a row is %s, and mends it', async (table, what, damage) => {
    await rollups.foldAll();
    const before = await figures();
    await rollups.db.query(damage, [new Date(yesterday)]);
    const expected = [
      { table, missing: 0, surplus: 0, wrong: 0, [what]: 1, example: expect.stringContaining('«') },
    ];
    expect(await differences(false)).toEqual(expected);
    expect(await differences(true)).toEqual(expected);
    expect([await differences(false), await differences(false, yesterday - DAY_MS)]).toEqual([[], []]);
    expect(await figures()).toEqual(before);
  });

  it('of a database that counted no actions without a time has them afterwards', async () => {
    await rollups.foldAll();
    await rollups.db.query('DELETE FROM service_rollups WHERE calls = 0');
    await rollups.db.query('UPDATE service_rollups SET untimed = 0, untimed_failures = 0');
    const before = await figures();
    for (const day of [yesterday - DAY_MS, yesterday]) await differences(true, day);
    expect(await figures()).toEqual(before);
    const exact = exactAnswers(rollups.db);
    for (const grain of grains)
      expect(await storedUntimed(rollups.db, grain)).toEqual(await exact.untimed(grain));
  });

  it('takes in rows that came behind the service’s back, and answers have them at once', async () => {
    await rollups.foldAll();
    const before = await figures();
    await rollups.db.query(
      `INSERT INTO action_logs (id, user_id, action_type, service_name, method_name, success, timestamp, received_at, identity)
       SELECT (substr(id::text, 1, 24) || lpad(to_hex(row_number() OVER ()), 12, '0'))::uuid, 'restored', action_type,
              service_name, method_name, success, timestamp, received_at, identity
       FROM action_logs WHERE timestamp >= $1 AND timestamp < $2 LIMIT 10`,
      [new Date(yesterday), new Date(yesterday + DAY_MS)],
    );
    expect((await differences(true)).map(({ table }) => table)).toEqual(
      expect.arrayContaining(['activity_rollups', 'user_rollups', 'user_days']),
    );
    const { user_activity } = await figures();
    expect(user_activity.total_actions).toBe(before.user_activity.total_actions + 10);
    expect(user_activity.unique_users).toBe(before.user_activity.unique_users + 1);
  });

  it('leaves a day as it is of which no row is left', async () => {
    await rollups.foldAll();
    const before = await figures();
    await rollups.db.query('TRUNCATE action_logs, service_metrics');
    expect(await rebuild(true)).toEqual({ day: yesterday, rows: 0, differences: [] });
    expect(await figures()).toEqual(before);
  });

  it('shows nothing while the service writes and folds, and loses nothing of that', async () => {
    const random = randomFrom(12);
    const left = cutIntoFlushes(shuffle(someRows(12, 1_500), random), random, 20);
    const flushes = left.length;
    let writing = true;
    const writer = async () => {
      for (let flush = left.shift(); flush; flush = left.shift()) await rollups.insert(flush);
    };
    const folder = async () => {
      while (writing) await rollups.fold();
    };
    const found: unknown[] = [];
    const checker = async () => {
      for (let write = false; writing; write = !write) found.push(await differences(write));
    };
    const beside = Promise.all([folder(), checker()]);
    await Promise.all([writer(), writer()]);
    writing = false;
    await beside;
    expect([flushes > 50, found.length > 0, found.flat()]).toEqual([true, true, []]);
    expect(await differences()).toEqual([]);
  });

  it('is one snapshot: a row that comes between its fold and its count is in neither', async () => {
    let came = 0;
    // The client as it is, but that a flush of somebody else's comes before each hour is counted.
    const interrupted: pg.Client = Object.create(client, {
      query: {
        value: async (statement: string | pg.QueryConfig, values?: unknown[]) => {
          if (typeof statement === 'object' && statement.name === 'raw actions') {
            await rollups.insert([metricRow({ msecs: yesterday + came * 3_600_000 + 5 })]);
            came += 1;
          }
          return client.query(statement, values);
        },
      },
    });
    const { differences: found } = await rebuildDay(interrupted, yesterday, {
      write: true,
      now: rollups.now,
    });
    expect([came, found, await rollups.waiting()]).toEqual([24, [], 24]);
    expect(await differences()).toEqual([]);
  });

  it('shows nothing of calls whose times are absurd, in whatever order they came', async () => {
    for (const execution_time of [3, 1e300, 0, 1e-9, 1e12, 5e-324, 7])
      await rollups.insert([metricRow({ msecs: yesterday + 1_000, execution_time })]);
    expect(await differences()).toEqual([]);
  });

  it('that fails lets the next one begin', async () => {
    await rollups.db.query('ALTER TABLE user_days RENAME TO user_days_away');
    await expect(rebuild(true)).rejects.toThrow('user_days');
    await rollups.db.query('ALTER TABLE user_days_away RENAME TO user_days');
    expect(await differences()).toEqual([]);
    expect(await rollups.fold()).toBeUndefined();
    await rollups.insert([metricRow({ msecs: rollups.now })]);
    expect(await rollups.fold()).toMatchObject({ deltas: 1 });
  });
});
