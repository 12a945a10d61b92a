import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertRows } from '../../src/store/insert-rows.js';
import type { PendingRow } from '../../src/store/pending-row.js';
import { foldDeltas } from '../../src/store/rollups/fold-deltas.js';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { clearRollups } from '../store/rollups/clear-rollups.js';
import { type ExpectExact, expectExact } from '../store/rollups/expect-exact.js';
import { actionRow, flushOf } from '../store/rollups/random-rows.js';

const DAY = 86_400_000;
/** Noon, so that a day has room on both sides. */
const NOW = Math.floor(Date.now() / DAY) * DAY + DAY / 2;
const TODAY = NOW - DAY / 2;

let test: TestApp;
let exact: ExpectExact;
beforeAll(async () => {
  test = await buildTestApp({ clock: () => NOW, config: { QUEUE_OWN_CALLS: 0 } });
  exact = await expectExact(test);
});
beforeEach(() => clearRollups(test.db));
afterAll(() => test.close());

interface Listed {
  user_id: string;
  user_type: string;
  actions: number;
  failures: number;
  last_seen: string;
}
interface Answer {
  from: string;
  to: string;
  timezone: string;
  most_active: Listed[];
  most_failing: Listed[];
  newly_unusual: { user_id: string; score: number; findings: { kind: string }[] }[];
}
const iso = (unixMs: number) => new Date(unixMs).toISOString();
const ask = (query: Record<string, string> = {}) => exact.ask<Answer>('/users', query);
const insert = async (rows: PendingRow[]) => {
  for (let at = 0; at < rows.length; at += 2_000)
    await insertRows(test.app.database.pools.writer, flushOf(rows.slice(at, at + 2_000)));
};
const fold = async () => {
  while (await foldDeltas(test.app.database.pools.reader));
};
/** So many actions of one person on a day, the first of which fail. */
const actions = (user_id: string, day: number, many: number, failures = 0): PendingRow[] =>
  Array.from({ length: many }, (_, index) =>
    actionRow({ msecs: TODAY - day * DAY + 1_000 + index, user_id, success: index >= failures }),
  );

describe('the most active people', () => {
  it('are those of whole UTC days, with what is not folded', async () => {
    await insert([...actions('a', 0, 3, 1), ...actions('b', 1, 5), ...actions('a', 2, 9)]);
    await fold();
    await insert([...actions('c', 0, 4, 2), ...actions('a', 0, 1)]);
    const answer = await ask({ from: iso(TODAY - DAY + 5), to: iso(TODAY + 5), timezone: 'Asia/Kolkata' });
    expect([answer.from, answer.to, answer.timezone]).toEqual([iso(TODAY - DAY), iso(TODAY + DAY), 'UTC']);
    expect(answer.most_active.map(({ user_id, actions }) => [user_id, actions])).toEqual([
      ['b', 5],
      ['a', 4],
      ['c', 4],
    ]);
    expect(answer.most_failing.map(({ user_id, actions, failures }) => [user_id, actions, failures])).toEqual(
      [
        ['c', 4, 2],
        ['a', 4, 1],
      ],
    );
  });

  it('have the type of their last action and the time of it, though later rows come from earlier', async () => {
    const at = (hour: number, user_type: string | undefined) =>
      actionRow({ msecs: TODAY + hour * 3_600_000 + 123, user_id: 'x', user_type });
    await insert([at(0, 'delivery'), at(1, 'customer'), at(5, 'delivery')]);
    for (const state of ['waiting', 'folded', 'with a late row waiting', 'with a late row folded']) {
      if (state.includes('folded')) await fold();
      if (state.includes('late row waiting')) await insert([at(3, 'admin')]);
      const [listed] = (await ask()).most_active;
      expect([state, listed?.user_type, listed?.last_seen]).toEqual([
        state,
        'delivery',
        iso(TODAY + 5 * 3_600_000 + 123),
      ]);
    }
  });

  it('are exact where one of them is among the first of no day', async () => {
    // 60 people a day have 10 actions, others each day; one has 9 on every day of the week: first of all, and 61st of each day.
    const week = [0, 1, 2, 3, 4, 5, 6];
    const crowd = week.flatMap((day) =>
      Array.from({ length: 60 }, (_, n) => actions(`d${day}_${n}`, day, 10, 2)).flat(),
    );
    await insert([...crowd, ...week.flatMap((day) => actions('steady', day, 9, 1))]);
    await fold();
    const query = { from: iso(TODAY - 6 * DAY), to: iso(TODAY + DAY) };
    await exact.users(query);
    const answer = await ask(query);
    expect(answer.most_active[0]).toMatchObject({ user_id: 'steady', actions: 63 });
    expect(answer.most_failing[0]).toMatchObject({ user_id: 'steady', failures: 7 });
  });

  it('are exact where one of them is first in neither what is folded nor what waits', async () => {
    // 300 have a little more folded, 300 others a little more waiting; one has nearly as much of both.
    const many = (prefix: string, each: number) =>
      Array.from({ length: 300 }, (_, n) => actions(`${prefix}_${n}`, 0, each, each)).flat();
    await insert([...many('folded', 10), ...actions('both', 0, 9, 9)]);
    await fold();
    await insert([...many('waiting', 5), ...actions('both', 0, 4, 4)]);
    await exact.users({});
    const answer = await ask();
    for (const list of [answer.most_active, answer.most_failing])
      expect(list[0]).toMatchObject({ user_id: 'both', actions: 13, failures: 13 });
  });

  it('are twenty at most, and nobody without failures is among those who fail', async () => {
    await insert(Array.from({ length: 30 }, (_, n) => actions(`u_${n}`, 0, 1 + n)).flat());
    const answer = await ask();
    expect(answer.most_active.map((user) => user.actions)).toEqual(
      Array.from({ length: 20 }, (_, n) => 30 - n),
    );
    expect(answer.most_failing).toEqual([]);
  });
});

describe('people who are unlike themselves', () => {
  it('are those whose today is unlike their own past, folded or not', async () => {
    const past = Array.from({ length: 20 }, (_, index) => index + 1).flatMap((day) => [
      ...actions('calm', day, 10),
      ...actions('wild', day, 10),
    ]);
    await insert([...past, ...actions('calm', 0, 10)]);
    await fold();
    expect((await ask()).newly_unusual).toEqual([]);
    await insert(actions('wild', 0, 300));
    for (const state of ['waiting', 'folded']) {
      if (state === 'folded') await fold();
      const { newly_unusual } = await ask();
      expect([state, newly_unusual.map(({ user_id }) => user_id)]).toEqual([state, ['wild']]);
      expect(newly_unusual[0]?.findings.map(({ kind }) => kind)).toEqual(['activity_burst']);
    }
  });
});

describe('one person’s patterns', () => {
  it('count all that is stored of them, folded or not', async () => {
    await insert([...actions('p', 0, 3), ...actions('p', 3, 4)]);
    await fold();
    await insert(actions('p', 1, 2));
    const { behavior_patterns } = await exact.ask<{ behavior_patterns: { total_actions: number } }>(
      '/users/p',
      {},
    );
    expect(behavior_patterns.total_actions).toBe(9);
  });
});
