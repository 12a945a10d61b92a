import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Ask, readRollups } from '../../../src/store/rollups/read-rollups.js';
import type { RollupDelta } from '../../../src/store/rollups/rollup-delta.js';
import { RollupMemory } from '../../../src/store/rollups/rollup-memory.js';
import { clearRollups } from './clear-rollups.js';
import { type OpenRollups, openRollups } from './open-rollups.js';
import { actionRow } from './random-rows.js';

let rollups: OpenRollups;
beforeAll(async () => {
  rollups = await openRollups();
});
beforeEach(() => clearRollups(rollups.db));
afterAll(() => rollups.close());

const insert = (many: number) =>
  rollups.insert(Array.from({ length: many }, () => actionRow({ msecs: rollups.now })));
const waitingIn = (pending: RollupDelta): number => {
  let sum = 0;
  for (const bucket of pending.minutes.values())
    for (const types of bucket.activity.values()) for (const { actions } of types.values()) sum += actions;
  return sum;
};
const folded = async (ask: Ask): Promise<number> => {
  const [row] = await ask<{ sum: number }>(
    'test: folded actions',
    `SELECT coalesce(sum(actions), 0)::int AS sum FROM activity_rollups
     WHERE grain = 86400 AND user_type = '' AND action_type = ''`,
  );
  return row?.sum ?? Number.NaN;
};

describe('a question', () => {
  it('is asked again when a fold came in between, which would count some rows twice', async () => {
    await insert(3);
    await rollups.fold();
    await insert(4);
    const tries: number[] = [];
    const answer = await readRollups(rollups.pools.reader, new RollupMemory(), async (pending, ask) => {
      if (tries.length === 0) await rollups.fold();
      tries.push(waitingIn(pending) + (await folded(ask)));
      return tries.at(-1);
    });
    expect([answer, tries]).toEqual([7, [11, 7]]);
  });

  it('is asked once while rows come, and is as of the moment at which it began', async () => {
    await insert(2);
    const tries: number[] = [];
    await readRollups(rollups.pools.reader, new RollupMemory(), async (pending, ask) => {
      await insert(5);
      tries.push(waitingIn(pending) + (await folded(ask)));
    });
    expect(tries).toEqual([2]);
  });

  it('gives up rather than answer wrongly when a fold comes in between every time', async () => {
    const answer = readRollups(rollups.pools.reader, new RollupMemory(), async (_pending, ask) => {
      await folded(ask);
      await insert(1);
      await rollups.fold();
    });
    await expect(answer).rejects.toThrow('change faster');
  });

  it('is one snapshot where it asks for nothing more, whatever comes meanwhile', async () => {
    await insert(3);
    const answer = await readRollups(rollups.pools.reader, new RollupMemory(), async (pending) => {
      await rollups.fold();
      return waitingIn(pending);
    });
    expect(answer).toBe(3);
  });

  it('knows since when there are minutes', async () => {
    await rollups.db.query(`UPDATE rollup_state SET minutes_since = '2026-11-17T12:00:00Z'`);
    const since = await readRollups(
      rollups.pools.reader,
      new RollupMemory(),
      async (_pending, _ask, state) => state.minutesSince,
    );
    expect(since).toBe(Date.UTC(2026, 10, 17, 12));
  });
});
