import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unusualDays } from '../../../../src/analytics/behaviour/unusual/unusual-days.js';
import type { UserDay } from '../../../../src/analytics/behaviour/user-day.js';
import { DAY, NOON } from '../make-action.js';

const TODAY = NOON - (NOON % DAY);
const daysBack = (ago: number, actions: number, failures = 0): UserDay => ({
  day: TODAY - ago * DAY,
  actions,
  failures,
});
/** 18 to 22 actions a day, one of which fails, from two days ago backwards. */
const past = (known: number) =>
  Array.from({ length: known }, (_, index) => daysBack(index + 2, 18 + (index % 5), 1));
const kinds = (days: UserDay[]) => unusualDays({ days, now: NOON }).map(({ kind }) => kind);

describe('unusual days', () => {
  it('are those of many more actions than the person has, today or yesterday', () => {
    const found = unusualDays({ days: [...past(40), daysBack(0, 150)], now: NOON });
    expect(found).toEqual([
      {
        kind: 'activity_burst',
        reason: '150 actions today so far; on 40 earlier days with actions the usual number is 20',
        score: found[0]?.score,
        actions: [],
        since: '2026-11-24T00:00:00.000Z',
      },
    ]);
    expect(kinds([...past(40), daysBack(1, 150)])).toEqual(['activity_burst']);
    expect(kinds([...past(40), daysBack(2, 150)])).toEqual([]);
    expect(kinds([...past(40), daysBack(-1, 150)])).toEqual([]);
  });

  it('are none of a newcomer, of a little more than always, or of few actions', () => {
    expect(kinds([...past(9), daysBack(0, 5_000)])).toEqual([]);
    const busy = past(40).map((day) => ({ ...day, actions: 5 * day.actions }));
    expect(kinds([...busy, daysBack(0, 220)])).toEqual([]);
    expect(kinds([...busy, daysBack(0, 450)])).toEqual(['activity_burst']);
    const quiet = past(40).map((day) => ({ ...day, actions: 2, failures: 0 }));
    expect(kinds([...quiet, daysBack(0, 49)])).toEqual([]);
    expect(kinds([...quiet, daysBack(0, 50)])).toEqual(['activity_burst']);
  });

  it('are those with many more failures than the person has', () => {
    expect(kinds([...past(40), daysBack(0, 20, 9)])).toEqual(['failure_spike']);
    expect(kinds([...past(40), daysBack(0, 10, 6), daysBack(1, 10, 5)])).toEqual(['failure_spike']);
    expect(kinds([...past(40), daysBack(0, 20, 3)])).toEqual([]);
    expect(kinds([...past(40), daysBack(0, 19, 9)])).toEqual([]);
    expect(kinds([...past(6), daysBack(0, 20, 15)])).toEqual([]);
    expect(kinds([...past(7), daysBack(0, 20, 15)])).toEqual(['failure_spike']);
  });

  it('are less unusual to somebody who has had bad days before', () => {
    // The same share as in past(), but in every tenth day's outage.
    const outages = past(40).map((day, index) => ({ ...day, failures: index % 10 === 0 ? 10 : 0 }));
    expect(kinds([...outages, daysBack(0, 20, 9)])).toEqual([]);
  });

  it('score higher with more of it, and lower with a shorter past', () => {
    const score = (known: number, actions: number) =>
      unusualDays({ days: [...past(known), daysBack(0, actions)], now: NOON })[0]?.score ?? 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 80 }),
        fc.integer({ min: 100, max: 5_000 }),
        (known, actions) => {
          expect(score(known, actions + 50)).toBeGreaterThanOrEqual(score(known, actions));
          expect(score(known + 5, actions)).toBeGreaterThanOrEqual(score(known, actions) - 1e-9);
        },
      ),
    );
    expect(score(60, 1_000)).toBeGreaterThan(score(60, 200));
    expect(score(60, 200)).toBeGreaterThan(0.5);
  });
});
