import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { forgetMinutes } from '../../../src/store/rollups/forget-minutes.js';
import { bucketOf, HOUR, MINUTES_KEPT } from '../../../src/store/rollups/grains.js';
import { randomFrom } from '../../helpers/simulate-orders.js';
import { clearRollups } from './clear-rollups.js';
import { exactAnswers } from './exact-answers.js';
import { type OpenRollups, openRollups } from './open-rollups.js';
import { actionRow, cutIntoFlushes, randomRows } from './random-rows.js';

const HOUR_MS = 3_600_000;
const DAY = 24 * HOUR_MS;

let rollups: OpenRollups;
beforeAll(async () => {
  rollups = await openRollups();
});
beforeEach(() => clearRollups(rollups.db));
afterAll(() => rollups.close());

const iso = (unixMs: number) => new Date(unixMs).toISOString();
const minutesBefore = async (unixMs: number) => {
  const rows = await rollups.db.query<{ count: number }>(
    ['service_rollups', 'activity_rollups', 'user_rollups', 'error_rollups', 'rollup_buckets']
      .map((table) => `SELECT count(*)::int AS count FROM ${table} WHERE grain < 3600 AND bucket < $1`)
      .join(' UNION ALL '),
    [iso(unixMs)],
  );
  return rows.map(({ count }) => count);
};
const since = async () => {
  const [row] = await rollups.db.query<{ minutes_since: Date }>('SELECT minutes_since FROM rollup_state');
  return row?.minutes_since.getTime();
};
/** Actions and calls of a span as it is answered, and as the rows say. */
const answeredAndExact = async (from: number, to: number) => {
  const exact = exactAnswers(rollups.db);
  const answer = await rollups.answer({ from, to });
  const [total, calls] = await Promise.all([exact.total(answer), exact.calls(answer, 'service_name')]);
  return [
    [
      answer.user_activity.total_actions,
      answer.user_activity.unique_users,
      answer.service_metrics.map((row) => [row.service_name, row.call_count, row.failures]),
    ],
    [total?.actions, total?.unique_users, calls.map((row) => [row.name, row.call_count, row.failures])],
  ];
};

describe('minutes', () => {
  // As if it were two days later: two days of what is stored now are older than a week then.
  const laterBy = 2 * DAY;

  beforeEach(async () => {
    const random = randomFrom(7);
    const rows = randomRows({ random, count: 800, now: rollups.now, lateMs: 7 * DAY });
    const old = randomRows({ random, count: 400, now: rollups.now - 6 * DAY, lateMs: DAY });
    for (const flush of cutIntoFlushes([...rows, ...old], random)) await rollups.insert(flush);
    await rollups.foldAll();
  });

  it('older than a week are forgotten by whole hours, and where they begin is known', async () => {
    const border = bucketOf(HOUR, rollups.now + laterBy - MINUTES_KEPT);
    const before = await minutesBefore(border);
    expect(Math.min(...before)).toBeGreaterThan(0);
    const kept = await minutesBefore(rollups.now + DAY);
    const gone = await forgetMinutes(rollups.pools.reader, rollups.now + laterBy);
    const sum = (counts: number[]) => counts.reduce((a, b) => a + b, 0);
    expect(gone).toBe(sum(before));
    expect([await minutesBefore(border), await since()]).toEqual([[0, 0, 0, 0, 0], border]);
    expect(sum(await minutesBefore(rollups.now + DAY))).toBe(sum(kept) - gone);
    expect(await forgetMinutes(rollups.pools.reader, rollups.now + laterBy)).toBe(0);
  });

  it('that are gone leave answers exact: at whole hours, at ragged ends, across the border', async () => {
    await forgetMinutes(rollups.pools.reader, rollups.now + laterBy);
    const border = (await since()) ?? 0;
    for (const [from, to] of [
      [border - 20 * HOUR_MS, border - 3 * HOUR_MS],
      [border - 20 * HOUR_MS, border + 3 * HOUR_MS],
      [border - 20 * HOUR_MS + 123_456, border - 2 * HOUR_MS + 654_321],
      [border - HOUR_MS - 60_000, border + 60_000],
      [border - 30 * 60_000, border - 29 * 60_000],
      [border, border + HOUR_MS],
      [border + 90_000, rollups.now],
    ] as const) {
      const [answered, exact] = await answeredAndExact(from, to);
      expect(answered, iso(from)).toEqual(exact);
    }
  });

  it('of a row that comes late, behind the border, count in their hour all the same', async () => {
    await forgetMinutes(rollups.pools.reader, rollups.now + laterBy);
    const border = (await since()) ?? 0;
    await rollups.insert([actionRow({ msecs: border - 1, user_id: 'late', execution_time: 3 })]);
    for (const folded of [false, true]) {
      if (folded) await rollups.foldAll();
      for (const from of [border - HOUR_MS, border - 2 * HOUR_MS + 1]) {
        const [answered, exact] = await answeredAndExact(from, border + 5);
        expect(answered).toEqual(exact);
      }
    }
    await forgetMinutes(rollups.pools.reader, rollups.now + laterBy);
    expect(await minutesBefore(border)).toEqual([0, 0, 0, 0, 0]);
  });

  it('never begin earlier than they did', async () => {
    await forgetMinutes(rollups.pools.reader, rollups.now + laterBy);
    const border = await since();
    await forgetMinutes(rollups.pools.reader, rollups.now);
    expect(await since()).toBe(border);
  });
});
