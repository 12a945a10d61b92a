import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SystemHealth, SystemPart } from '../../src/contract/system.js';
import {
  readSystemMeasures,
  readSystemSamples,
  type SystemMeasure,
} from '../../src/system/system-measures.js';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';

let one: TestApp;
let two: TestApp;
let headers: Record<string, string>;
const ids = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'] as const;
beforeAll(async () => {
  one = await buildTestApp({ replica: ids[0] });
  two = await buildTestApp({ replica: ids[1], db: one.db });
  // Both share the secret, so one token is good for both.
  headers = { authorization: `Bearer ${await one.adminToken()}`, 'cache-control': 'no-cache' };
});
afterAll(async () => {
  await two.close();
  await one.close();
});

const ask = async ({ app }: { app: FastifyInstance } = one): Promise<SystemHealth> => {
  const response = await app.inject({ url: '/api/system/health', headers });
  expect(response.statusCode).toBe(200);
  return response.json();
};
const partOf = ({ parts }: SystemHealth, name: string): SystemPart => {
  const part = parts.find((one) => one.part === name);
  if (!part) throw new Error(`no part ${name}`);
  return part;
};
const listed = (health: SystemHealth) => {
  const { replicas } = partOf(health, 'replicas').details as {
    replicas: { replica: string; state: string }[];
  };
  return replicas.map(({ replica, state }) => `${replica.at(-1)} ${state}`);
};
const beat = async () => {
  await one.app.system.watch.beat();
  await two.app.system.watch.beat();
};

describe('the report on the system', () => {
  it('answers before any heartbeat was written, and is well', async () => {
    const health = await ask();
    expect(health.status).toBe('ok');
    expect(partOf(health, 'database').why).toMatch(/^PostgreSQL \d+/);
    expect(partOf(health, 'partitions')).toMatchObject({
      state: 'ok',
      figure: { value: 7, unit: 'days ahead' },
    });
  });

  it('shows all replicas, whichever is asked', async () => {
    await beat();
    expect(listed(await ask(one)).sort()).toEqual(['a seen', 'b seen']);
    expect(listed(await ask(two)).sort()).toEqual(['a seen', 'b seen']);
    expect(partOf(await ask(two), 'database').figure).toMatchObject({ unit: 'ms' });
  });

  it('tells one that died, and since when, the same on all replicas', async () => {
    // On another host: one that was started anew on its own is not missed.
    await one.db.query(
      "UPDATE replicas SET seen_at = now() - interval '20 seconds', host = 'elsewhere' WHERE id = $1",
      [ids[1]],
    );
    await one.app.system.watch.beat();
    const part = partOf(await ask(one), 'replicas');
    expect(part).toMatchObject({ state: 'degraded', figure: { value: 1 } });
    expect(Date.now() - Date.parse(part.since)).toBeLessThan(10_000);
    // Who looks later has the time of who looked first; and a second look changes nothing.
    await one.app.system.watch.beat();
    expect(partOf(await ask(one), 'replicas').since).toBe(part.since);
    await two.app.system.watch.beat();
    expect(partOf(await ask(two), 'replicas').state).toBe('ok');
  });

  it('says a state’s begin once, whoever finds it, and over restarts', async () => {
    await one.db.query(
      "UPDATE system_states SET since = '2026-01-02T03:04:05.678Z' WHERE part = 'partitions'",
    );
    await beat();
    const again = await buildTestApp({ db: one.db });
    expect(partOf(await ask(again), 'partitions').since).toBe('2026-01-02T03:04:05.678Z');
    await again.close();
  });

  it('keeps the first time when two replicas find a change at once', async () => {
    await one.db.query("UPDATE system_states SET state = 'down' WHERE part = 'event_loop'");
    await Promise.all([one.app.system.watch.beat(), two.app.system.watch.beat()]);
    const [a, b] = [await ask(one), await ask(two)];
    expect(partOf(a, 'event_loop')).toMatchObject({ state: 'ok', since: partOf(b, 'event_loop').since });
  });

  it('names a partition that is missing, and rows that fell beside', async () => {
    const day = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
    const name = `business_events_p${day}`;
    await one.db.query(`DROP TABLE ${name}`);
    await one.db.query(
      `INSERT INTO business_events (id, event_type, entity_type, entity_id, event_data, triggered_by, timestamp, received_at, identity)
       VALUES ('00000000-0000-7000-8000-000000000000', 't', 'e', '1', '{}', 'u', now(), now(), 'service')`,
    );
    const health = await ask();
    expect(health.status).toBe('degraded');
    expect(partOf(health, 'partitions')).toMatchObject({
      state: 'degraded',
      why: expect.stringContaining(name),
      figure: { value: 1 },
      details: { missing: [name], rows_in_default: 1 },
    });
    const measures = await one.app.system.measures();
    expect(measures).toContainEqual({
      measure: 'partitions_missing',
      replica: null,
      value: 1,
      unit: 'partitions',
    });
    expect(measures).toContainEqual({ measure: 'rows_in_default', replica: null, value: 1, unit: 'rows' });
  });

  it('says why a job fails, of another replica too', async () => {
    const run = async (): Promise<never> => {
      throw new Error('the disk is on fire');
    };
    two.app.jobs.start([{ name: 'tidy', everyMs: 10, run }]);
    await expect.poll(() => two.app.jobs.records[0]?.error).toBe('the disk is on fire');
    await two.app.jobs.stop();
    await two.app.system.watch.beat();
    expect(partOf(await ask(one), 'jobs')).toMatchObject({
      state: 'degraded',
      why: expect.stringContaining('«tidy» failed'),
      details: { jobs: [{ job: 'tidy', failing: true, error: 'the disk is on fire' }] },
    });
  });

  it('forgets a replica that closed in good order', async () => {
    const third = await buildTestApp({ db: one.db });
    await third.app.system.watch.beat();
    expect(listed(await ask())).toHaveLength(3);
    await third.close();
    expect(listed(await ask())).toHaveLength(2);
  });

  it('reads counts of other parts that are there', () => {
    for (const name of ['own_call_rows_dropped_total', 'live_clients']) {
      expect([name, one.app.metrics.getSingleMetric(name) !== undefined]).toEqual([name, true]);
    }
  });

  it('is an admin’s', async () => {
    expect((await one.app.inject({ url: '/api/system/health' })).statusCode).toBe(401);
  });
});

describe('samples', () => {
  it('are taken once a minute of each replica and of the whole, whoever takes them', async () => {
    await beat();
    const taken = [
      await one.app.system.sample(),
      await two.app.system.sample(),
      await one.app.system.sample(),
    ];
    // A minute may end in between.
    expect([3, 6]).toContain(taken.reduce((sum, rows) => sum + rows, 0));
    const stored = await one.db.query<{ replica: string; measures: Record<string, number> }>(
      'SELECT replica, measures FROM system_samples ORDER BY at, replica LIMIT 3',
    );
    expect(stored.map(({ replica }) => replica.at(-1))).toEqual(['0', 'a', 'b']);
    expect(stored[0]?.measures).toMatchObject({ replicas: 2, rollup_age_seconds: expect.any(Number) });
    expect(stored[1]?.measures).toMatchObject({
      queue_depth: expect.any(Number),
      database_latency_ms: expect.any(Number),
    });
  });

  it('tell how things were, as the live measures tell how they are', async () => {
    const pool = one.app.database.pools.reader;
    const live = await one.app.system.measures();
    const past = await readSystemSamples(pool, Date.now() - 120_000, Date.now() + 1);
    const kinds = (measures: readonly SystemMeasure[]) =>
      new Set(measures.map(({ measure, replica, unit }) => `${measure} ${replica} ${unit}`));
    expect(kinds(past.flatMap(({ measures }) => measures))).toEqual(kinds(live));
    expect(await readSystemSamples(pool, 0, Date.now() - 600_000)).toEqual([]);
  });

  it('and live measures leave out whoever is gone', async () => {
    await one.db.query("UPDATE replicas SET seen_at = now() - interval '16 seconds' WHERE id = $1", [ids[1]]);
    const measures = await one.app.system.measures();
    expect(measures).toContainEqual({ measure: 'replicas', replica: null, value: 1, unit: 'replicas' });
    expect(measures.filter(({ replica }) => replica === ids[1])).toEqual([]);
  });

  it('hold what other parts tell about the whole, and do without one that fails', async () => {
    const pool = one.app.database.pools.reader;
    const measures = await readSystemMeasures(pool, Date.now(), [
      () => Promise.reject(new Error('no')),
      async () => ({ notification_failures: 4 }),
    ]);
    expect(measures).toContainEqual({
      measure: 'notification_failures',
      replica: null,
      value: 4,
      unit: 'deliveries',
    });
  });

  it('are forgotten after 8 days', async () => {
    await one.db.query("UPDATE system_samples SET at = at - interval '9 days' WHERE replica = $1", [ids[0]]);
    expect(await one.app.system.forgetSamples()).toBeGreaterThan(0);
    expect(await one.db.query('SELECT FROM system_samples WHERE replica = $1', [ids[0]])).toEqual([]);
  });
});
