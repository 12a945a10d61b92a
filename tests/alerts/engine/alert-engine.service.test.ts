import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awaitAlertLock } from '../../../src/alerts/queries/alert-lock.js';
import { actionRow } from '../../store/rollups/random-rows.js';
import { type OpenEngines, openEngines } from '../open-engines.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

let open: OpenEngines;
beforeEach(async () => {
  open = await openEngines();
});
afterEach(() => open.close());

/** Calls of a service within the minute that begins at `at`; the first `failures` fail. */
const calls = (
  at: number,
  count: number,
  failures: number,
  service_name = 'paymentService',
  execution_time: number | undefined = 20,
) =>
  Array.from({ length: count }, (_, index) =>
    actionRow({
      msecs: at + Math.floor((index * MINUTE) / count),
      service_name,
      method_name: 'capture',
      success: index >= failures,
      error_message: index < failures ? 'card declined' : undefined,
      execution_time,
    }),
  );
const failing = (more: object = {}) => ({
  name: 'Payments fail',
  severity: 'critical',
  condition: {
    kind: 'error_rate',
    group_by: 'service',
    above: 20,
    min_failures: 5,
    min_samples: 10,
    window_minutes: 1,
  },
  ...more,
});

describe('an alert', () => {
  it('fires once and resolves once, whichever of two replicas looks', async () => {
    const [a, b] = [open.replica(), open.replica()];
    const channel = '019ab2f0-7c1e-7d7a-9a53-0b0f6d4e8c11';
    await open.rule(failing({ channels: [channel], resolve_after_seconds: 60 }));
    const t = open.now;
    await open.insert([
      ...calls(t, 40, 20),
      ...calls(t + MINUTE, 40, 20),
      ...calls(t + 2 * MINUTE, 40, 0),
      ...calls(t + 3 * MINUTE, 40, 0),
    ]);
    let done = 0;
    for (let at = t + MINUTE; at <= t + 5 * MINUTE; at += 5 * SECOND) {
      open.goTo(at);
      const both = await Promise.all([a.engine.step(), b.engine.step()]);
      done += both.filter(Boolean).length;
    }
    expect(done).toBe(49);
    const alerts = await open.alerts();
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({
      status: 'resolved',
      group: { service_name: 'paymentService' },
      summary: 'paymentService: 50 % of calls failed in a minute (20 of 40 calls); the limit is 20 %',
      fired_at: new Date(t + MINUTE),
      resolved_at: new Date(t + 4 * MINUTE),
    });
    expect(open.notices.map(({ channels, notice }) => [channels, notice.type, notice.data.status])).toEqual([
      [[channel], 'alert.fired', 'firing'],
      [[channel], 'alert.resolved', 'resolved'],
    ]);
    expect(open.announced.map(({ status }) => status)).toEqual(['firing', 'resolved']);
    expect(open.errors).toEqual([]);
  });

  it('does not fire on 3 failures of 4', async () => {
    const { engine } = open.replica();
    await open.rule(failing({ condition: { kind: 'error_rate', group_by: 'service', above: 20 } }));
    await open.insert(calls(open.now, 4, 3));
    open.goTo(open.now + MINUTE);
    await engine.step();
    expect(await open.alerts()).toEqual([]);
  });

  it('counts actions that say no time', async () => {
    const { engine } = open.replica();
    await open.rule(failing());
    await open.insert(calls(open.now, 40, 20, 'orderService', undefined));
    open.goTo(open.now + MINUTE);
    await engine.step();
    expect(await open.alerts()).toMatchObject([
      { status: 'firing', group: { service_name: 'orderService' } },
    ]);
  });

  it('is fired once by the other replica when the one that looked dies while it was pending', async () => {
    const [a, b] = [open.replica(), open.replica()];
    await open.rule(failing({ for_seconds: 120 }));
    const t = open.now;
    for (let minute = 0; minute < 4; minute += 1) await open.insert(calls(t + minute * MINUTE, 40, 20));
    open.goTo(t + MINUTE);
    expect(await a.engine.step()).toBe(true);
    expect(await open.db.query('SELECT state FROM alert_states')).toMatchObject([
      { state: { status: 'pending' } },
    ]);
    await a.database.close();
    for (const at of [t + 2 * MINUTE, t + 3 * MINUTE, t + 4 * MINUTE]) {
      open.goTo(at);
      expect(await b.engine.step()).toBe(true);
    }
    expect(await open.alerts()).toMatchObject([{ status: 'firing', fired_at: new Date(t + 3 * MINUTE) }]);
    expect(open.announced).toHaveLength(1);
  });

  it('is looked at again by another when a step broke off half way', async () => {
    const [a, b] = [open.replica(), open.replica()];
    await open.rule(failing());
    await open.insert(calls(open.now, 40, 20));
    open.goTo(open.now + MINUTE);
    // The server ends the connection in the middle of the step.
    const stepping = a.engine.step().then(
      () => 'done',
      () => 'failed',
    );
    const killed = open.db.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'foodieexpress-reader' AND state = 'idle in transaction'`,
    );
    const [outcome] = await Promise.all([stepping, killed]);
    const other = await b.engine.step();
    expect(outcome === 'done').toBe(!other);
    expect(await open.alerts()).toHaveLength(1);
  });
});

describe('a step', () => {
  it('is left to the next look while another holds the lock', async () => {
    const { engine, database } = open.replica();
    await open.rule(failing());
    await open.insert(calls(open.now, 40, 20));
    const client = await database.pools.reader.connect();
    await client.query('BEGIN');
    await awaitAlertLock(client);
    open.goTo(open.now + MINUTE);
    expect(await engine.step()).toBe(false);
    await client.query('COMMIT');
    client.release();
    expect(await engine.step()).toBe(true);
    expect(await open.alerts()).toHaveLength(1);
  });

  it('catches up minute by minute with what happened while nobody looked', async () => {
    const { engine } = open.replica();
    await open.rule(failing());
    const t = open.now;
    open.goTo(t);
    await engine.step();
    await open.insert([...calls(t + 10 * MINUTE, 40, 20), ...calls(t + 11 * MINUTE, 40, 0)]);
    open.goTo(t + 30 * MINUTE);
    await engine.step();
    expect(await open.alerts()).toMatchObject([
      { status: 'resolved', fired_at: new Date(t + 11 * MINUTE), resolved_at: new Date(t + 12 * MINUTE) },
    ]);
  });

  it('counts rows that come some minutes late', async () => {
    const { engine } = open.replica();
    await open.rule(
      failing({
        condition: { kind: 'error_rate', above: 20, min_failures: 5, min_samples: 10, window_minutes: 5 },
      }),
    );
    const t = open.now;
    await open.insert(calls(t, 8, 0));
    open.goTo(t + MINUTE);
    await engine.step();
    await open.insert(calls(t, 40, 40));
    open.goTo(t + 2 * MINUTE);
    await engine.step();
    expect(await open.alerts()).toMatchObject([{ summary: expect.stringContaining('40 of 48') }]);
  });

  it('goes on with the other rules where one cannot be looked at', async () => {
    const { engine } = open.replica();
    await open.rule(failing());
    await open.rule({ name: 'stuck', condition: { kind: 'stuck_order', minutes: 5 } });
    await open.db.query('ALTER TABLE orders RENAME TO orders_away');
    await open.insert(calls(open.now, 40, 20));
    open.goTo(open.now + MINUTE);
    await engine.step();
    expect(await open.alerts()).toHaveLength(1);
    expect(open.errors).toEqual(['a rule could not be looked at']);
  });

  it('runs by the clock until it is stopped', async () => {
    const { engine } = open.replica();
    await open.rule(failing());
    await open.insert(calls(open.now, 40, 20));
    open.goTo(open.now + MINUTE);
    engine.start();
    for (let waited = 0; (await open.alerts()).length === 0 && waited < 5_000; waited += 50) await sleep(50);
    await engine.stop();
    expect(await open.alerts()).toHaveLength(1);
  });
});

describe('a silence', () => {
  const channel = '019ab2f0-7c1e-7d7a-9a53-0b0f6d4e8c11';
  const silence = (until: number, group: object = {}) =>
    open.db.query(
      `INSERT INTO alert_silences (id, "group", "from", until, reason) VALUES (gen_random_uuid(), $1, $2, $3, 'migration')`,
      [JSON.stringify(group), new Date(open.now), new Date(until)],
    );

  it('calls nobody, and channels are told of what still fires when it ends', async () => {
    const { engine } = open.replica();
    await open.rule(failing({ channels: [channel] }));
    const t = open.now;
    await silence(t + 3 * MINUTE, { service_name: 'paymentService' });
    for (let minute = 0; minute < 5; minute += 1) await open.insert(calls(t + minute * MINUTE, 40, 20));
    open.goTo(t + MINUTE);
    await engine.step();
    expect(await open.alerts()).toMatchObject([{ status: 'firing', silenced: true }]);
    expect(open.notices).toEqual([]);
    for (const at of [t + 2 * MINUTE, t + 3 * MINUTE, t + 4 * MINUTE]) {
      open.goTo(at);
      await engine.step();
    }
    expect(await open.alerts()).toMatchObject([{ status: 'firing', silenced: false }]);
    expect(open.notices.map(({ notice }) => notice.type)).toEqual(['alert.fired']);
  });

  it('of something else does not matter', async () => {
    const { engine } = open.replica();
    await open.rule(failing({ channels: [channel] }));
    await silence(open.now + 30 * MINUTE, { service_name: 'orderService' });
    await open.insert(calls(open.now, 40, 20));
    open.goTo(open.now + MINUTE);
    await engine.step();
    expect(open.notices).toHaveLength(1);
  });
});
