import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { foldDeltas, foldWhenDue } from '../../../src/store/rollups/fold-deltas.js';
import { randomFrom } from '../../helpers/simulate-orders.js';
import { clearRollups } from './clear-rollups.js';
import { type OpenRollups, openRollups } from './open-rollups.js';
import { actionRow, cutIntoFlushes, metricRow, randomRows } from './random-rows.js';

const DAY = 86_400_000;

let rollups: OpenRollups;
beforeAll(async () => {
  rollups = await openRollups();
});
beforeEach(() => clearRollups(rollups.db));
afterAll(() => rollups.close());

const flushesOf = (seed: number, count: number, most = 20) => {
  const random = randomFrom(seed);
  const rows = randomRows({ random, count, now: rollups.now, lateMs: 2 * DAY });
  return { rows, flushes: cutIntoFlushes(rows, random, most) };
};
/** What must be the same before, while and after a fold. */
const figures = async () => {
  const { user_activity, service_metrics, top_errors, user_types } = await rollups.answer({
    timeframe: 'weekly',
  });
  const calls = service_metrics.reduce((sum, { call_count }) => sum + call_count, 0);
  return { ...user_activity, calls, top_errors, user_types };
};
/** The sum of a column of all hours, as it is stored. */
const storedHours = async (table: string, column: string, total: string) => {
  const [row] = await rollups.db.query<{ sum: number }>(
    `SELECT coalesce(sum(${column}), 0)::int AS sum FROM ${table} WHERE grain = 3600 AND ${total}`,
  );
  return row?.sum;
};

describe('a read', () => {
  it('sees every row once while folds come in between', async () => {
    const { flushes } = flushesOf(1, 900);
    let moved = 0;
    const rounds = 15;
    for (let round = 0; round < rounds; round += 1) {
      for (const flush of flushes.filter((_, index) => index % rounds === round)) await rollups.insert(flush);
      const before = await figures();
      const [folded, ...seen] = await Promise.all([rollups.fold(), figures(), figures(), figures()]);
      expect(folded?.deltas).toBeGreaterThan(0);
      moved += folded?.deltas ?? 0;
      for (const during of [...seen, await figures()]) expect(during).toEqual(before);
    }
    expect([moved, await rollups.waiting()]).toEqual([flushes.length, 0]);
  });

  it('never sees less than before while rows come and folds go, and ends exact', async () => {
    const { rows, flushes } = flushesOf(2, 1_200);
    const left = [...flushes];
    let writing = true;
    const writer = async () => {
      for (let flush = left.shift(); flush; flush = left.shift()) await rollups.insert(flush);
    };
    const folder = async () => {
      while (writing) await rollups.fold();
    };
    const totals: { total_actions: number; calls: number; unique_users: number }[] = [];
    const reader = async () => {
      while (writing) totals.push(await figures());
    };
    const reading = Promise.all([folder(), reader()]);
    await Promise.all([writer(), writer()]);
    writing = false;
    await reading;
    totals.push(await figures());
    for (const name of ['total_actions', 'calls', 'unique_users'] as const) {
      const seen = totals.map((total) => total[name]);
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
    }
    const actions = rows.filter((row) => row.action);
    expect(totals.at(-1)).toMatchObject({
      total_actions: actions.length,
      unique_users: new Set(actions.map((row) => row.action?.user_id)).size,
      calls: rows.filter((row) => row.call ?? row.action?.execution_time !== undefined).length,
    });
  });
});

describe('a fold', () => {
  it('of two at once is done by one', async () => {
    const { rows, flushes } = flushesOf(3, 400);
    for (const flush of flushes) await rollups.insert(flush);
    const folded = await Promise.all([rollups.fold(), rollups.fold(), rollups.fold()]);
    expect(folded.reduce((sum, fold) => sum + (fold?.deltas ?? 0), 0)).toBe(flushes.length);
    const actions = rows.filter((row) => row.action).length;
    expect(await storedHours('activity_rollups', 'actions', `user_type = '' AND action_type = ''`)).toBe(
      actions,
    );
    expect(await rollups.waiting()).toBe(0);
  });

  it('leaves to others what somebody else is folding', async () => {
    await rollups.insert([actionRow({ msecs: rollups.now })]);
    const other = await rollups.pools.reader.connect();
    try {
      await other.query(`SELECT pg_advisory_lock(hashtext('foodieexpress-rollups'))`);
      expect(await rollups.fold()).toBeUndefined();
      expect(await rollups.waiting()).toBe(1);
      await other.query(`SELECT pg_advisory_unlock(hashtext('foodieexpress-rollups'))`);
    } finally {
      other.release();
    }
    expect(await rollups.fold()).toMatchObject({ deltas: 1 });
  });

  it('that fails moves nothing, and the next one moves all', async () => {
    const { flushes } = flushesOf(4, 100);
    for (const flush of flushes) await rollups.insert(flush);
    const before = await figures();
    await rollups.db.query('ALTER TABLE user_days RENAME TO user_days_away');
    await expect(foldDeltas(rollups.pools.reader)).rejects.toThrow('user_days');
    await rollups.db.query('ALTER TABLE user_days_away RENAME TO user_days');
    expect(await storedHours('service_rollups', 'calls', `service_name = ''`)).toBe(0);
    expect([await rollups.waiting(), await figures()]).toEqual([flushes.length, before]);
    await rollups.foldAll();
    expect(await figures()).toEqual(before);
  });

  it('waits until deltas are many or old', async () => {
    const heard: number[] = [];
    const due = () => foldWhenDue(rollups.pools.reader, ({ deltas }) => heard.push(deltas));
    expect(await due()).toBeUndefined();
    await rollups.insert([actionRow({ msecs: rollups.now })]);
    expect(await due()).toBeUndefined();
    await rollups.db.query(`UPDATE rollup_deltas SET created_at = created_at - interval '61 s'`);
    expect(await due()).toMatchObject({ deltas: 1 });
    await rollups.db.query(
      `INSERT INTO rollup_deltas (delta) SELECT '{"minutes":[]}' FROM generate_series(1, 512)`,
    );
    // Young yet: each second's tick reads them first.
    expect(await due()).toBeUndefined();
    await rollups.db.query(
      `UPDATE rollup_deltas SET created_at = created_at - interval '4 s' WHERE seq % 2 = 0`,
    );
    expect(await due()).toBeUndefined();
    await rollups.db.query(
      `UPDATE rollup_deltas SET created_at = created_at - interval '4 s' WHERE seq % 2 = 1`,
    );
    await rollups.insert([actionRow({ msecs: rollups.now })]);
    expect(await due()).toMatchObject({ deltas: 512 });
    expect(await rollups.waiting()).toBe(1);
    expect(heard).toEqual([0, 1, 1, 512, 512, 513]);
  });

  it('is not stopped by messages that are cut within different surrogate pairs', async () => {
    const failed = (text: string) =>
      actionRow({
        msecs: rollups.now,
        success: false,
        error_message: `${'x'.repeat(198)}${text}${'y'.repeat(40)}`,
      });
    await rollups.insert([failed('😀'), failed('🀄')]);
    const before = await figures();
    expect(before.failures).toBe(2);
    await rollups.foldAll();
    await rollups.insert([failed('😀')]);
    const after = await figures();
    expect(after.top_errors).toEqual([expect.objectContaining({ failures: 3 })]);
  });

  it('is not stopped by times that no clock can have measured', async () => {
    for (const execution_time of [1.7e308, 1.7e308, 5e-324])
      await rollups.insert([metricRow({ msecs: rollups.now, execution_time })]);
    await rollups.foldAll();
    await rollups.insert(
      [1.7e308, 1.7e308].map((execution_time) => metricRow({ msecs: rollups.now, execution_time })),
    );
    const [service] = (await rollups.answer()).service_metrics;
    expect(service?.call_count).toBe(5);
    for (const figure of [service?.avg_response_time, service?.max, service?.p50, service?.p99])
      expect(Number.isFinite(figure)).toBe(true);
  });
});
