import { setTimeout as sleep } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { v7 as uuidV7 } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '../../src/http/problem.js';
import { CommitQueue, type CommitQueueOptions } from '../../src/ingest/commit-queue.js';
import { QueueMetrics } from '../../src/ingest/queue-metrics.js';
import { CommitBus } from '../../src/store/commit-bus.js';
import { type Database, openDatabase } from '../../src/store/database.js';
import { insertRows } from '../../src/store/insert-rows.js';
import type { PendingRow } from '../../src/store/pending-row.js';
import { createDatabase, type TestDatabase } from '../helpers/database.js';

const quiet = { warn: () => undefined, info: () => undefined };
let db: TestDatabase;
let database: Database;
let queue: CommitQueue | undefined;

beforeAll(async () => {
  db = await createDatabase();
});
beforeEach(() => {
  database = openDatabase({ url: db.url, writers: 2, log: quiet });
});
afterEach(async () => {
  await queue?.close(2_000);
  queue = undefined;
  await database.close();
  expect(await db.connections()).toBe(0);
});
afterAll(() => db.drop());

/** A queue over the real INSERT; `write` may be wrapped to stand in its way. */
const open = (options: Partial<CommitQueueOptions> = {}) => {
  queue = new CommitQueue({
    write: (rows) => insertRows(database.pools.writer, rows),
    probe: () => database.pools.writer.query('SELECT 1'),
    bus: new CommitBus(),
    metrics: new QueueMetrics(new Registry()),
    log: quiet,
    writers: 2,
    maxRows: 1_000,
    maxBytes: 1_000_000,
    maxOwnCalls: 10,
    deadline: 1_000,
    ...options,
  });
  return queue;
};
const metricRow = (fields: Record<string, unknown> = {}): PendingRow => {
  const id = uuidV7();
  const row = {
    id,
    service_name: 's',
    method_name: 'm',
    execution_time: 1,
    success: true,
    timestamp: new Date(),
    ...fields,
  };
  return { kind: 'metric', id, json: JSON.stringify(row) };
};
const eventRow = (): PendingRow => {
  const id = uuidV7();
  const now = new Date();
  const row = {
    id,
    event_type: 'e',
    entity_type: 'order',
    entity_id: 'o',
    event_data: {},
    triggered_by: 'u',
  };
  return {
    kind: 'event',
    id,
    json: JSON.stringify({ ...row, timestamp: now, received_at: now, identity: 'service' }),
  };
};
const stored = async (rows: readonly PendingRow[]) => {
  const found = await db.query<{ id: string }>(
    'SELECT id FROM service_metrics WHERE id = ANY ($1) UNION ALL SELECT id FROM business_events WHERE id = ANY ($1)',
    [rows.map((row) => row.id)],
  );
  return found.length;
};

/** A server that does not answer for as long as the gate is shut, as SIGSTOP makes one. */
const gate = () => {
  let release: () => void = () => undefined;
  const shut = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { shut, open: () => release() };
};
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'kept',
    (error: unknown) => (error as Problem).code,
  );
const refused = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

describe('the commit queue', () => {
  it('answers after the commit, and gathers what comes meanwhile into one flush', async () => {
    const sizes: number[] = [];
    const { commit } = bound(
      open({
        write: (rows) => {
          sizes.push(rows.length);
          return insertRows(database.pools.writer, rows);
        },
      }),
    );
    const rows = Array.from({ length: 150 }, () => metricRow());
    const outcomes = await Promise.all(rows.map((row) => commit([row])));
    expect(outcomes.flat()).toEqual(Array(150).fill('stored'));
    expect(await stored(rows)).toBe(150);
    expect(sizes).toEqual([150]);
  });

  it('isolates a row that the database refuses', async () => {
    const rows = Array.from({ length: 64 }, (_, index) =>
      metricRow(index === 37 ? { execution_time: 'many' } : {}),
    );
    const outcomes = await open().commit(rows);
    expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(63);
    expect(outcomes[37]).toMatchObject({ code: 'unstorable' });
    expect(await stored(rows)).toBe(63);
  });

  it('keeps other tables going when one cannot be written', async () => {
    await db.query('ALTER TABLE service_metrics RENAME TO service_metrics_away');
    const opened = open();
    const [metric, event] = [metricRow(), eventRow()];
    const [metricOutcome, eventOutcome] = await Promise.all([
      opened.commit([metric]),
      opened.commit([event]),
    ]).finally(() => db.query('ALTER TABLE service_metrics_away RENAME TO service_metrics'));
    expect(metricOutcome).toMatchObject([{ code: 'database-unavailable' }]);
    expect(eventOutcome).toEqual(['stored']);
  });

  it('is full at its bounds, and says so at once', async () => {
    const { shut, open: release } = gate();
    const opened = open({
      maxRows: 3,
      write: async (rows) => {
        await shut;
        return insertRows(database.pools.writer, rows);
      },
    });
    const first = opened.commit([metricRow()]);
    await sleep(10);
    const waiting = opened.commit([metricRow(), metricRow(), metricRow()]);
    expect(await codeOf(opened.commit([metricRow()]))).toBe('queue-full');
    release();
    expect(await first).toEqual(['stored']);
    expect(await waiting).toHaveLength(3);
  });

  it('answers 503 within the deadline when the database hangs', async () => {
    const { shut, open: release } = gate();
    const opened = open({
      deadline: 200,
      write: async (rows) => {
        await shut;
        return insertRows(database.pools.writer, rows);
      },
    });
    const inFlight = codeOf(opened.commit([metricRow()]));
    await sleep(10);
    const behind = metricRow();
    expect(await Promise.all([inFlight, codeOf(opened.commit([behind]))])).toEqual([
      'database-unavailable',
      'database-unavailable',
    ]);
    release();
    await sleep(50);
    expect(await stored([behind])).toBe(0);
  });

  it('turns everybody away while the database is gone, keeps own calls in bounds, and comes back by itself', async () => {
    let away = true;
    const opened = open({
      write: (rows) => (away ? Promise.reject(refused()) : insertRows(database.pools.writer, rows)),
      probe: () => (away ? Promise.reject(refused()) : Promise.resolve()),
    });
    expect(await codeOf(opened.commit([metricRow()]))).toBe('database-unavailable');
    expect(opened.available).toBe(false);
    expect(await codeOf(opened.commit([metricRow()]))).toBe('database-unavailable');
    const ownCalls = Array.from({ length: 15 }, () => metricRow());
    for (const row of ownCalls) opened.offer(row);
    expect(opened.depth).toBe(10);
    away = false;
    await expect.poll(() => opened.available).toBe(true);
    await expect.poll(() => opened.depth).toBe(0);
    expect(await opened.commit([metricRow()])).toEqual(['stored']);
    expect(await stored(ownCalls)).toBe(10);
  });

  it('tries a deadlock again, and tells a row that it was stored', async () => {
    let tries = 0;
    const opened = open({
      write: (rows) => {
        tries += 1;
        if (tries === 1)
          return Promise.reject(Object.assign(new Error('deadlock detected'), { code: '40P01' }));
        return insertRows(database.pools.writer, rows);
      },
    });
    expect(await opened.commit([metricRow()])).toEqual(['stored']);
    expect(tries).toBe(2);
  });

  it('writes what is left when it closes', async () => {
    const opened = open();
    const rows = Array.from({ length: 5 }, () => metricRow());
    for (const row of rows) opened.offer(row);
    await opened.close(2_000);
    expect(await stored(rows)).toBe(5);
  });
});

const bound = (opened: CommitQueue) => ({ commit: opened.commit.bind(opened) });
