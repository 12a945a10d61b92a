import { randomUUID } from 'node:crypto';
import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { forgetCommits, readCommitsAfter, readIds, recordMessages } from '../../src/store/commits.js';
import { type Database, openDatabase } from '../../src/store/database.js';
import { inTransaction } from '../../src/store/in-transaction.js';
import { insertRows } from '../../src/store/insert-rows.js';
import { ensurePartitions } from '../../src/store/partitions.js';
import type { PendingRow } from '../../src/store/pending-row.js';
import { createDatabase, type TestDatabase } from '../helpers/database.js';

const replica = randomUUID();
let db: TestDatabase;
let database: Database;
beforeAll(async () => {
  db = await createDatabase();
  database = openDatabase({ url: db.url, writers: 2, log: { warn: () => undefined } });
  await ensurePartitions(database.reader, Date.now());
});
beforeEach(() => db.query('TRUNCATE commits RESTART IDENTITY'));
afterAll(async () => {
  await database.close();
  await db.drop();
});

const at = '2026-11-26T12:00:00.000Z';
const shared = { timestamp: at, received_at: at, identity: 'anonymous' };
const action = (id = uuidV7()): PendingRow => {
  const columns = {
    user_id: 'u_1',
    action_type: 'm',
    service_name: 's',
    method_name: 'm',
    success: true,
    ...shared,
  };
  const counted = { user_type: undefined, error_message: undefined, execution_time: undefined };
  return { kind: 'action', id, json: JSON.stringify({ id, ...columns }), action: { ...columns, ...counted } };
};
const event = (id = uuidV7()): PendingRow => {
  const columns = {
    event_type: 'custom',
    entity_type: 'thing',
    entity_id: 't_1',
    triggered_by: 'u_1',
    event_data: {},
    ...shared,
  };
  return { kind: 'event', id, json: JSON.stringify({ id, ...columns }) };
};
const metric = (): PendingRow => {
  const id = uuidV7();
  const call = { service_name: 's', method_name: 'm', success: true, execution_time: 3 };
  return { kind: 'metric', id, json: JSON.stringify({ id, timestamp: at, ...call }), call };
};
const insert = (...rows: PendingRow[]) =>
  insertRows(
    database.pools.writer,
    rows.sort((a, b) => (a.id < b.id ? -1 : 1)),
    replica,
  );
const all = () => readCommitsAfter(database.pools.reader, { newest: 0, holes: [] });

describe('a flush', () => {
  it('lists the ids that were new, in id order, under a number that its writer learns', async () => {
    const rows = [action(), action(), event(), metric(), action()];
    const first = await insert(...rows);
    const second = await insert(event());
    const [entry, next] = await all();
    expect(entry).toEqual({
      seq: first.seq,
      at: expect.closeTo(Date.now(), -5),
      replica,
      actions: rows.filter(({ kind }) => kind === 'action').map(({ id }) => id),
      events: rows.filter(({ kind }) => kind === 'event').map(({ id }) => id),
      messages: [],
    });
    expect([second.seq, next?.actions, next?.events]).toEqual([next?.seq, [], [expect.any(String)]]);
    expect(second.seq).toBeGreaterThan(first.seq ?? Number.NaN);
  });

  it('of metrics alone is no commit', async () => {
    expect((await insert(metric())).seq).toBeUndefined();
    expect(await all()).toEqual([]);
  });

  it('does not list what was stored before, and is none when all was', async () => {
    const [old, young] = [action(), action()];
    await insert(old);
    expect((await insert(old)).seq).toBeUndefined();
    const { seq } = await insert(old, young);
    expect((await all()).map((entry) => [entry.seq, entry.actions])).toEqual([
      [expect.any(Number), [old.id]],
      [seq, [young.id]],
    ]);
  });
});

describe('a reader of commits', () => {
  it('gets what it has not seen', async () => {
    for (let flush = 0; flush < 5; flush += 1) await insert(event());
    const unseen = await readCommitsAfter(database.pools.reader, { newest: 4, holes: [3] });
    expect(unseen.map(({ seq }) => seq)).toEqual([3, 5]);
  });

  it('gets messages once their transaction commits', async () => {
    const messages = [{ type: 'alert' as const, data: { severity: 'critical' } }];
    const seq = await inTransaction(database.pools.reader, async (client) => {
      const number = await recordMessages(client, replica, messages);
      expect(await all()).toEqual([]);
      return number;
    });
    expect(await all()).toMatchObject([{ seq, replica, actions: [], events: [], messages }]);
  });
});

it('commits are forgotten after ten minutes, and younger ones are not', async () => {
  for (let flush = 0; flush < 4; flush += 1) await insert(event());
  await db.query(`UPDATE commits SET at = at - interval '11 minutes' WHERE seq <= 2`);
  expect(await forgetCommits(database.pools.reader)).toBe(2);
  expect((await all()).map(({ seq }) => seq)).toEqual([3, 4]);
  await db.query(`UPDATE commits SET at = at - interval '11 minutes'`);
  expect([await forgetCommits(database.pools.reader), await all()]).toEqual([2, []]);
});

it('no bytes are no ids', () => {
  expect(readIds(null)).toEqual([]);
});
