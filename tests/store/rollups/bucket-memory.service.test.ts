import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BucketMemory, type Summation } from '../../../src/store/rollups/bucket-memory.js';
import { DAY, HOUR } from '../../../src/store/rollups/grains.js';
import type { Ask } from '../../../src/store/rollups/read-rollups.js';
import { type ReadSpans, readSpans } from '../../../src/store/rollups/read-spans.js';
import { RollupMemory } from '../../../src/store/rollups/rollup-memory.js';
import { clearRollups } from './clear-rollups.js';
import { type OpenRollups, openRollups } from './open-rollups.js';
import { actionRow } from './random-rows.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let rollups: OpenRollups;
beforeAll(async () => {
  rollups = await openRollups();
});
beforeEach(() => clearRollups(rollups.db));
afterAll(() => rollups.close());

const insert = (many: number, msecs: number) =>
  rollups.insert(Array.from({ length: many }, () => actionRow({ msecs })));

/** All actions, and how many rows were added up for it. */
const counting = () => {
  let added = 0;
  const actions: Summation<{ actions: number }, { actions: number }> = {
    part: {
      name: 'test: actions',
      versions: 'rollup_buckets',
      table: 'activity_rollups',
      columns: 'actions::float8 AS actions',
      where: `user_type = '' AND action_type = ''`,
    },
    none: () => ({ actions: 0 }),
    add: (sum, row) => {
      added += 1;
      sum.actions += row.actions;
    },
    copy: (sum) => ({ ...sum }),
  };
  return {
    actions,
    /** How many since it was last asked. */
    added: () => {
      const count = added;
      added = 0;
      return count;
    },
  };
};

/** The last five days to the end of this hour. */
const wanted = () => {
  const to = (Math.floor(rollups.now / HOUR_MS) + 1) * HOUR_MS;
  const from = Math.floor(rollups.now / DAY_MS) * DAY_MS - 5 * DAY_MS;
  return { current: { from, to }, before: { from: from - HOUR_MS, to: from }, smallest: HOUR } as const;
};
const read = <T>(memory: RollupMemory, work: (read: ReadSpans, ask: Ask) => Promise<T>) =>
  readSpans(rollups.pools.reader, memory, wanted, work);
const statements = (ask: Ask): { ask: Ask; names: string[] } => {
  const names: string[] = [];
  return {
    names,
    ask: (name, text, values) => {
      names.push(name);
      return ask(name, text, values);
    },
  };
};

describe('what a process remembers of buckets', () => {
  it('is not asked for again, and nothing of it added up again, until a fold changed it', async () => {
    const today = Math.floor(rollups.now / DAY_MS) * DAY_MS;
    for (const day of [1, 2, 3, 4]) await insert(day, today - day * DAY_MS + HOUR_MS);
    await insert(7, rollups.now);
    await rollups.fold();
    const memory = new RollupMemory();
    const { actions, added } = counting();
    const sum = () =>
      read(memory, async ({ current }, ask) => {
        const counted = statements(ask);
        const { actions: all } = await memory.buckets.sumOf(counted.ask, actions, current.buckets);
        return [all, counted.names.length, added()];
      });
    const [all, , buckets] = await sum();
    expect([all, buckets]).toEqual([17, expect.any(Number)]);
    expect(buckets).toBeGreaterThanOrEqual(5);
    expect(await sum()).toEqual([17, 0, 0]);
    // One row more today: only what is smaller than a day is read and added up again.
    await insert(1, rollups.now);
    await rollups.fold();
    const [allNow, , again] = await sum();
    expect([allNow, Number(again) < Number(buckets)]).toEqual([18, true]);
    expect(await sum()).toEqual([18, 0, 0]);
  });

  it('is never what a fold wrote after the buckets were listed', async () => {
    await insert(3, rollups.now - 2 * DAY_MS);
    await insert(2, rollups.now);
    await rollups.fold();
    const memory = new BucketMemory();
    const { actions } = counting();
    const listed = await read(new RollupMemory(), async ({ current }) => current.buckets);
    const ask: Ask = (name, text, values = []) =>
      rollups.pools.reader.query({ name, text, values: [...values] }).then(({ rows }) => rows as never);
    await insert(5, rollups.now);
    await rollups.fold();
    // Who listed before and reads after has the newer rows: of no use, for what waited then is in them. Nobody may find that under the listed versions.
    expect((await memory.sumOf(ask, actions, listed)).actions).toBe(10);
    const asked: string[] = [];
    const counted: Ask = (name, ...more) => {
      asked.push(name);
      return ask(name, ...more);
    };
    await memory.sumOf(counted, actions, listed);
    expect(asked).toEqual(['test: actions']);
    const now = await read(new RollupMemory(), async ({ current }) => current.buckets);
    expect((await memory.sumOf(ask, actions, now)).actions).toBe(10);
  });

  it('is of buckets that hold something, the largest first, each with the fold that wrote it', async () => {
    await insert(1, rollups.now - 3 * DAY_MS);
    await rollups.fold();
    await insert(1, rollups.now);
    await rollups.fold();
    const { current, before } = await read(new RollupMemory(), async (spans) => spans);
    expect(before.buckets).toEqual([]);
    const grains = current.buckets.map(({ grain }) => grain);
    expect(grains).toEqual([...grains].sort((a, b) => b - a));
    const [day] = current.buckets;
    expect([day?.grain, day?.bucket]).toEqual([
      DAY,
      Math.floor((rollups.now - 3 * DAY_MS) / DAY_MS) * DAY_MS,
    ]);
    const versions = current.buckets.map(({ version }) => version);
    expect(new Set(versions).size).toBe(2);
  });
});
