import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PendingRow } from '../../../src/store/pending-row.js';
import { randomFrom } from '../../helpers/simulate-orders.js';
import { clearRollups } from './clear-rollups.js';
import { type OpenRollups, openRollups } from './open-rollups.js';
import { actionRow, metricRow, randomRows } from './random-rows.js';

const HOUR = 3_600_000;

let rollups: OpenRollups;
beforeAll(async () => {
  rollups = await openRollups();
});
beforeEach(() => clearRollups(rollups.db));
afterAll(() => rollups.close());

const stored = async () => {
  const [row] = await rollups.db.query<{ actions: number; calls: number }>(
    'SELECT (SELECT count(*)::int FROM action_logs) AS actions, (SELECT count(*)::int FROM service_metrics) AS calls',
  );
  return row;
};
const counted = async () => {
  const { user_activity, service_metrics } = await rollups.answer();
  return {
    actions: user_activity.total_actions,
    calls: service_metrics.reduce((sum, { call_count }) => sum + call_count, 0),
  };
};
const someRows = (seed: number, count = 50): PendingRow[] =>
  randomRows({ random: randomFrom(seed), count, now: rollups.now, lateMs: HOUR });

describe('a flush', () => {
  it('writes one delta, whatever it holds', async () => {
    await rollups.insert(someRows(1));
    await rollups.insert([metricRow({ msecs: rollups.now })]);
    expect(await rollups.waiting()).toBe(2);
    expect(await counted()).toEqual(await stored());
  });

  it('that holds a row which the database refuses leaves neither rows nor a delta', async () => {
    const poison = metricRow({ msecs: rollups.now });
    const rows = [
      ...someRows(2),
      { ...poison, json: poison.json.replace('"execution_time":1', '"execution_time":"many"') },
    ];
    await expect(rollups.insert(rows)).rejects.toThrow('many');
    expect([await stored(), await rollups.waiting()]).toEqual([{ actions: 0, calls: 0 }, 0]);
  });

  it.each(['rollup_deltas', 'service_metrics'])(
    'while %s cannot be written leaves nothing',
    async (table) => {
      await rollups.db.query(`ALTER TABLE ${table} RENAME TO away`);
      const outcome = rollups.insert(someRows(3)).catch((error: Error) => error.message);
      expect(await outcome).toContain(table);
      await rollups.db.query(`ALTER TABLE away RENAME TO ${table}`);
      expect([await stored(), await rollups.waiting()]).toEqual([{ actions: 0, calls: 0 }, 0]);
    },
  );

  it('that comes again, whole or in part, counts once', async () => {
    const rows = someRows(4, 120);
    await rollups.insert(rows.slice(0, 80));
    // A wave of retries, side by side.
    const waves = [rows.slice(0, 80), rows.slice(40, 120), rows, rows.slice(100), rows.slice(0, 1)];
    await Promise.all(waves.map((wave) => rollups.insert(wave)));
    const isNew = await rollups.insert([...rows, actionRow({ msecs: rollups.now })]);
    expect(rows.some(isNew)).toBe(false);
    expect((await stored())?.actions).toBe(rows.filter(({ kind }) => kind === 'action').length + 1);
    expect(await counted()).toEqual(await stored());
    await rollups.foldAll();
    await rollups.insert(rows);
    expect(await rollups.waiting()).toBe(0);
    expect(await counted()).toEqual(await stored());
  });

  it.each([
    ['in one flush', true],
    ['one after the other', false],
  ])('counts a call once when an action and a metric come under one id: %s', async (_name, together) => {
    const id = uuidV7({ msecs: rollups.now });
    const call = { id, msecs: rollups.now, execution_time: 12 };
    if (together) await rollups.insert([actionRow(call), metricRow(call)]);
    else {
      await rollups.insert([metricRow(call)]);
      await rollups.insert([actionRow(call)]);
    }
    expect(await stored()).toEqual({ actions: 1, calls: 1 });
    expect(await counted()).toEqual({ actions: 1, calls: 1 });
  });

  it('counts a call once when a metric comes under the id of a stored action', async () => {
    const call = { id: uuidV7({ msecs: rollups.now }), msecs: rollups.now, execution_time: 12 };
    await rollups.insert([actionRow(call)]);
    await rollups.insert([metricRow(call)]);
    expect(await counted()).toEqual({ actions: 1, calls: 1 });
  });
});
