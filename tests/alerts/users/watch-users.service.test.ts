import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UserWatcher, type WatchStep } from '../../../src/alerts/users/watch-users.js';
import { type Database, openDatabase } from '../../../src/store/database.js';
import { inTransaction } from '../../../src/store/in-transaction.js';
import { insertRows } from '../../../src/store/insert-rows.js';
import { ensurePartitions } from '../../../src/store/partitions.js';
import type { PendingRow } from '../../../src/store/pending-row.js';
import { createDatabase, type TestDatabase } from '../../helpers/database.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Midday of today, so that rows of some hours are of one day. */
const NOON = Math.floor(Date.now() / 86_400_000) * 86_400_000 + 12 * 3_600_000;

let db: TestDatabase;
let database: Database;
/** What watchers warned of. */
let warnings: string[] = [];
const log = { warn: (_fields: object, message: string) => warnings.push(message) };

beforeAll(async () => {
  db = await createDatabase();
  database = openDatabase({ url: db.url, writers: 2, log: { warn: () => undefined } });
  await ensurePartitions(database.reader, NOON);
});
beforeEach(async () => {
  warnings = [];
  await db.query('TRUNCATE commits RESTART IDENTITY');
  await db.query('TRUNCATE action_logs, business_events, unusual_users');
  await db.query(
    'UPDATE user_watch SET step = NULL, through = 0, state = NULL, state_through = 0, saved_at = NULL',
  );
});
afterAll(async () => {
  await database.close();
  const left = await db.connections();
  await db.drop();
  expect(left).toBe(0);
});

/** A login of an account from an address, as the account's own app reports it. */
function login(at: number, user_id: string, ip_address: string, success: boolean): PendingRow {
  const id = uuidV7({ msecs: at });
  const time = new Date(at).toISOString();
  const columns = {
    ...{ user_id, ip_address, success, user_type: 'customer' as const },
    ...{ action_type: 'login', service_name: 'authService', method_name: 'login' },
    ...{ timestamp: time, received_at: time, identity: 'token' },
  };
  const counted = { error_message: undefined, execution_time: undefined };
  return { kind: 'action', id, json: JSON.stringify({ id, ...columns }), action: { ...columns, ...counted } };
}

/** Thirty accounts from one address within a minute, none of which gets in. */
const stuffing = (at: number, ip_address: string, count = 30): PendingRow[] =>
  Array.from({ length: count }, (_, index) =>
    login(at + index * 2 * SECOND, `${ip_address}-${index}`, ip_address, false),
  );
/** Ordinary people, each at home. */
const ordinary = (at: number, count = 20): PendingRow[] =>
  Array.from({ length: count }, (_, index) =>
    login(at + index * SECOND, `u_${index}`, `198.51.100.${index}`, true),
  );

const insert = (rows: readonly PendingRow[]) =>
  insertRows(
    database.pools.writer,
    [...rows].sort((a, b) => (a.id < b.id ? -1 : 1)),
    randomUUID(),
  );
const step = (watcher: UserWatcher, now: number): Promise<WatchStep> =>
  inTransaction(database.pools.reader, (client) => watcher.watchUsers(client, now));
const stored = () =>
  db.query<{ score: number; evidence: string[] }>(`
    SELECT detector, subject_kind, subject, score, reason, evidence, since, first_at, last_at, times
    FROM unusual_users
    ORDER BY first_at, detector, subject`);
const through = async () =>
  Number((await db.query<{ through: string }>('SELECT through FROM user_watch'))[0]?.through);

describe('a step', () => {
  it('stores who behaves unusually, with the reason and the rows that show it', async () => {
    const watcher = new UserWatcher({ log });
    await insert(ordinary(NOON - MINUTE));
    await insert(stuffing(NOON, '203.0.113.7'));
    expect(await step(watcher, NOON + MINUTE)).toMatchObject({ rows: 50, skipped: 0, behind: false });
    const [finding, ...others] = await stored();
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      detector: 'credential_stuffing',
      subject_kind: 'ip_address',
      subject: '203.0.113.7',
      reason: expect.stringContaining('accounts'),
    });
    const { score = 0, evidence = [] } = finding ?? {};
    expect(score).toBeGreaterThan(0.8);
    const [{ count } = { count: 0 }] = await db.query<{ count: number }>(
      'SELECT count(*)::int FROM action_logs WHERE id = ANY ($1::uuid[]) AND NOT success',
      [evidence],
    );
    expect(count).toBe(evidence.length);
    expect(count).toBeGreaterThan(0);
  });

  it('watches no row twice', async () => {
    const watcher = new UserWatcher({ log });
    await insert(stuffing(NOON, '203.0.113.7'));
    await step(watcher, NOON + MINUTE);
    const before = await stored();
    expect(await step(watcher, NOON + MINUTE + 5 * SECOND)).toMatchObject({ rows: 0, findings: [] });
    await insert(ordinary(NOON + MINUTE, 3));
    expect(await step(watcher, NOON + MINUTE + 10 * SECOND)).toMatchObject({ rows: 3, findings: [] });
    expect(await stored()).toEqual(before);
  });

  it('takes a bounded number of rows, and the next goes on', async () => {
    const watcher = new UserWatcher({ log, rows: 25 });
    for (let part = 0; part < 6; part += 1) await insert(ordinary(NOON + part * MINUTE, 10));
    const steps = [await step(watcher, NOON), await step(watcher, NOON), await step(watcher, NOON)];
    expect(steps.map(({ rows, behind }) => [rows, behind])).toEqual([
      [30, true],
      [30, true],
      [0, false],
    ]);
  });

  it('finds the rows of several days, and events among them', async () => {
    const watcher = new UserWatcher({ log });
    const id = uuidV7({ msecs: NOON });
    const time = new Date(NOON).toISOString();
    const columns = {
      ...{ event_type: 'delivery_location', entity_type: 'courier', entity_id: 'c_1', triggered_by: 'c_1' },
      ...{ event_data: { courier_id: 'c_1', latitude: 41, longitude: 29 } },
      ...{ timestamp: time, received_at: time, identity: 'token' },
    };
    const event: PendingRow = { kind: 'event', id, json: JSON.stringify({ id, ...columns }) };
    await insert([...ordinary(NOON - 24 * 60 * MINUTE, 2), ...ordinary(NOON, 2), event]);
    expect(await step(watcher, NOON)).toMatchObject({ rows: 5 });
  });

  it('waits for a number that is under way, and gives it up after 10 s', async () => {
    const watcher = new UserWatcher({ log });
    await insert(ordinary(NOON, 1));
    const late = await database.pools.writer.connect();
    await late.query('BEGIN');
    await late.query('INSERT INTO commits (replica) VALUES ($1)', [randomUUID()]);
    await insert(ordinary(NOON, 2));
    expect(await step(watcher, NOON)).toMatchObject({ rows: 1 });
    await late.query('COMMIT');
    expect(await step(watcher, NOON)).toMatchObject({ rows: 2, skipped: 0 });
    await late.query('BEGIN');
    await late.query('INSERT INTO commits (replica) VALUES ($1)', [randomUUID()]);
    await late.query('ROLLBACK');
    late.release();
    await insert(ordinary(NOON, 3));
    expect(await step(watcher, NOON)).toMatchObject({ rows: 0, skipped: 0 });
    await db.query(`UPDATE commits SET at = at - interval '11 seconds'`);
    expect(await step(watcher, NOON)).toMatchObject({ rows: 3, skipped: 1 });
  });

  it('goes on from the oldest commit there is, when those before it were forgotten', async () => {
    const watcher = new UserWatcher({ log });
    await insert(ordinary(NOON, 1));
    await step(watcher, NOON);
    for (let part = 0; part < 3; part += 1) await insert(ordinary(NOON, 2));
    await db.query(`UPDATE commits SET at = at - interval '9 minutes'`);
    await db.query('DELETE FROM commits WHERE seq <= 3');
    expect(await step(watcher, NOON)).toMatchObject({ rows: 2, skipped: 2 });
    expect(await through()).toBe(4);
  });

  it('leaves out rows that were deleted meanwhile', async () => {
    const watcher = new UserWatcher({ log });
    await insert(ordinary(NOON, 5));
    await db.query(`DELETE FROM action_logs WHERE user_id = 'u_3'`);
    expect(await step(watcher, NOON)).toMatchObject({ rows: 4 });
  });
});

/** Attacks that go on from one part to the next, so that what is found depends on what is remembered. */
const parts: PendingRow[][] = Array.from({ length: 8 }, (_, part) => {
  const at = NOON + part * 3 * MINUTE;
  return [
    ...ordinary(at, 6),
    ...stuffing(at, '203.0.113.7', 5).map((_row, index) =>
      login(at + index * SECOND, `victim-${part}-${index}`, '203.0.113.7', false),
    ),
    ...Array.from({ length: 4 }, (_none, index) =>
      login(at + 90 * SECOND + index * SECOND, 'one', `192.0.${part}.${index + 1}`, false),
    ),
  ];
});

async function uninterrupted(): Promise<object[]> {
  const watcher = new UserWatcher({ log });
  for (const [part, rows] of parts.entries()) {
    await insert(rows);
    await step(watcher, NOON + part * 3 * MINUTE);
  }
  const found = await stored();
  expect(found.length).toBeGreaterThan(1);
  await db.query('TRUNCATE commits RESTART IDENTITY');
  await db.query('TRUNCATE action_logs, unusual_users');
  await db.query('UPDATE user_watch SET step = NULL, through = 0, state = NULL, state_through = 0');
  return found;
}

describe('another replica', () => {
  it.each([
    ['after what was saved', 0],
    ['from the first commit, where nothing was saved', 60 * MINUTE],
    ['from a save some steps ago', 7 * MINUTE],
  ])('goes on with the same findings, %s', async (_where, saveEvery) => {
    const expected = await uninterrupted();
    const replicas = [new UserWatcher({ log, saveEvery }), new UserWatcher({ log, saveEvery })];
    const whose = [0, 0, 0, 1, 0, 1, 1, 0];
    for (const [part, rows] of parts.entries()) {
      await insert(rows);
      await step(replicas[whose[part] ?? 0] as UserWatcher, NOON + part * 3 * MINUTE);
    }
    expect(await stored()).toEqual(expected);
    expect(warnings).toEqual([]);
  });

  it('need not watch again what a replica saved as it closed', async () => {
    const [first, second] = [new UserWatcher({ log }), new UserWatcher({ log })];
    await insert(parts[0] ?? []);
    await step(first, NOON);
    expect(await first.save(database.pools.reader, NOON)).toBe(true);
    await insert(parts[1] ?? []);
    expect(await step(second, NOON + MINUTE)).toMatchObject({ rows: parts[1]?.length });
    // Its memory is older than what the second has done since.
    expect(await first.save(database.pools.reader, NOON)).toBe(false);
  });

  it('keeps what a replica saved, when one that went on before it closes', async () => {
    const [first, second] = [new UserWatcher({ log }), new UserWatcher({ log })];
    await insert(parts[0] ?? []);
    await step(first, NOON);
    await insert(parts[1] ?? []);
    await step(second, NOON + MINUTE);
    expect(await first.save(database.pools.reader, NOON)).toBe(false);
    expect(await db.query('SELECT state FROM user_watch')).toEqual([{ state: null }]);
  });

  it('begins anew where the saved state cannot be read, and says so', async () => {
    await db.query('UPDATE user_watch SET state = $1, state_through = 0', [Buffer.from('not gzip')]);
    await insert(stuffing(NOON, '203.0.113.7'));
    expect(await step(new UserWatcher({ log }), NOON)).toMatchObject({ rows: 30 });
    expect(warnings).toEqual(['the saved watch of users cannot be read; a new one begins']);
    expect(await stored()).toHaveLength(1);
  });
});

describe('a step whose transaction is rolled back', () => {
  const failing = async (watcher: UserWatcher, now: number) => {
    const work = async (client: pg.ClientBase) => {
      await watcher.watchUsers(client, now);
      throw new Error('the rest of the step failed');
    };
    await expect(inTransaction(database.pools.reader, work)).rejects.toThrow('the rest of the step failed');
  };

  it('leaves nothing, and the next one finds the same', async () => {
    const expected = await uninterrupted();
    const watcher = new UserWatcher({ log, saveEvery: 5 * MINUTE });
    for (const [part, rows] of parts.entries()) {
      const now = NOON + part * 3 * MINUTE;
      await insert(rows);
      const before = await stored();
      if (part % 2 === 1) await failing(watcher, now);
      expect(await stored()).toEqual(before);
      await step(watcher, now);
    }
    expect(await stored()).toEqual(expected);
  });

  it('to a savepoint is not believed either', async () => {
    const expected = await uninterrupted();
    const watcher = new UserWatcher({ log });
    for (const [part, rows] of parts.entries()) {
      const now = NOON + part * 3 * MINUTE;
      await insert(rows);
      await inTransaction(database.pools.reader, async (client) => {
        await client.query('SAVEPOINT before_rules');
        await watcher.watchUsers(client, now);
        if (part % 3 === 1) await client.query('ROLLBACK TO SAVEPOINT before_rules');
      });
    }
    await step(watcher, NOON + 30 * MINUTE);
    expect(await stored()).toEqual(expected);
  });
});
