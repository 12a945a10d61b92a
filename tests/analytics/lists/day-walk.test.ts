import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DayWalk } from '../../../src/analytics/lists/day-walk.js';
import { DAY, type IdRange } from '../../../src/analytics/lists/id-range.js';
import { lowestUuidAt } from '../../../src/store/uuid-v7.js';

const TODAY = Date.UTC(2026, 10, 24);
const now = TODAY + 9 * 3_600_000;
const daysAgo = (days: number) => TODAY - days * DAY;
const at = (days: number, ms = 0) => lowestUuidAt(daysAgo(days) + ms);

const stepsOf = (walk: DayWalk, wanted = 10): IdRange[] => {
  const steps: IdRange[] = [];
  for (let step = walk.next(wanted); step; step = walk.next(wanted)) steps.push(step);
  return steps;
};
const isIn = (id: string, { lowest, above }: IdRange) =>
  (lowest === undefined || id >= lowest) && (above === undefined || id < above);

describe('the walk through the days', () => {
  it('begins with today and what is ahead of it, doubles its steps, and ends without a lower end', () => {
    expect(stepsOf(new DayWalk({ bounds: {}, now, oldest: daysAgo(20) }))).toEqual([
      { lowest: at(0), above: undefined },
      { lowest: at(2), above: at(0) },
      { lowest: at(6), above: at(2) },
      { lowest: at(14), above: at(6) },
      { lowest: undefined, above: at(14) },
    ]);
  });

  it('keeps to what is asked for', () => {
    const bounds = { lowest: at(4, 5), above: at(1, 7) };
    expect(stepsOf(new DayWalk({ bounds, now, oldest: daysAgo(20) }))).toEqual([
      { lowest: at(1), above: at(1, 7) },
      { lowest: at(3), above: at(1) },
      { lowest: at(4, 5), above: at(3) },
    ]);
  });

  it('takes what begins in the future together with today', () => {
    const walk = new DayWalk({ bounds: { above: at(-900) }, now, oldest: daysAgo(20) });
    expect(walk.next(10)).toEqual({ lowest: at(0), above: at(-900) });
  });

  it('ends the first step where it is known that nothing follows, and says what is left', () => {
    const walk = new DayWalk({ bounds: { lowest: at(9) }, now, oldest: daysAgo(20), end: daysAgo(-2) });
    expect(walk.left).toEqual({ lowest: at(9), above: undefined });
    expect(walk.next(10)).toEqual({ lowest: at(0), above: at(-2) });
    expect(walk.left).toEqual({ lowest: at(9), above: at(0) });
    expect(stepsOf(walk).at(-1)?.lowest).toBe(at(9));
    expect(walk.left).toBeUndefined();
  });

  it('goes on below a full page, a day at a time', () => {
    const walk = new DayWalk({ bounds: {}, now, oldest: daysAgo(20) });
    walk.next(10);
    walk.next(10);
    walk.continueBelow(at(1, 3));
    expect(walk.next(10)).toEqual({ lowest: at(1), above: at(1, 3) });
    expect(walk.next(10)).toEqual({ lowest: at(3), above: at(1) });
  });

  it('goes from possible day to possible day, and takes as many as the page needs', () => {
    const walk = new DayWalk({ bounds: {}, now, oldest: daysAgo(60) });
    walk.next(10);
    const possible = [5, 7, 8, 9, 40].map((days) => [daysAgo(days), { most: 4, found: 20 }] as const);
    walk.restrictTo(new Map(possible));
    expect(stepsOf(walk)).toEqual([
      { lowest: at(8), above: at(4) },
      { lowest: at(9), above: at(8) },
      { lowest: at(40), above: at(39) },
      { lowest: undefined, above: at(60) },
    ]);
  });

  it('takes more days than the page needs while an index finds few rows in them', () => {
    const walk = () => {
      const restricted = new DayWalk({ bounds: {}, now, oldest: daysAgo(60) });
      restricted.restrictTo(
        new Map(Array.from({ length: 30 }, (_, days) => [daysAgo(days), { most: 10, found: 100 }])),
      );
      return restricted;
    };
    expect(walk().next(10)).toEqual({ lowest: at(0), above: undefined });
    expect(walk().next(10, 3_500)).toEqual({ lowest: at(9), above: undefined });
    expect(walk().next(10, 350)).toEqual({ lowest: at(0), above: undefined });
  });

  it('knows how many days it takes for a page, with those between them', () => {
    const walk = new DayWalk({ bounds: {}, now, oldest: daysAgo(60) });
    expect(walk.daysFor(10)).toBe(61);
    walk.restrictTo(new Map([1, 5, 50].map((days) => [daysAgo(days), { most: 5, found: 5 }])));
    expect([walk.daysFor(5), walk.daysFor(10), walk.daysFor(11)]).toEqual([2, 6, 51]);
  });

  it('visits every id that is asked for and possible once, newest first, whatever the bounds, pages and days', () => {
    const moment = fc.integer({ min: daysAgo(40), max: daysAgo(-3) }).map((ms) => lowestUuidAt(ms));
    const options = fc.record({
      bounds: fc.record({
        lowest: fc.option(moment, { nil: undefined }),
        above: fc.option(moment, { nil: undefined }),
      }),
      ids: fc.uniqueArray(moment, { minLength: 1, maxLength: 60 }),
      oldest: fc.integer({ min: 0, max: 35 }),
      size: fc.integer({ min: 1, max: 9 }),
      restricted: fc.constantFrom('never', 'at once', 'later'),
      through: fc.integer({ min: 0, max: 20 }),
      // Nothing is ahead of the end.
      end: fc.constantFrom(undefined, daysAgo(-4)),
    });
    fc.assert(
      fc.property(options, ({ bounds, ids, oldest, size, restricted, through, end }) => {
        const wanted = ids
          .filter((id) => isIn(id, bounds))
          .sort()
          .reverse();
        const walk = new DayWalk({ bounds, now, oldest: daysAgo(oldest), end });
        const seen: string[] = [];
        const possible = new Map(
          ids.map((id) => [
            Math.floor(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) / DAY) * DAY,
            { most: 0, found: 1 },
          ]),
        );
        if (restricted === 'at once') walk.restrictTo(possible);
        for (
          let step = walk.next(size, through), steps = 0;
          step;
          step = walk.next(size, through), steps += 1
        ) {
          expect(steps).toBeLessThan(200);
          const range = step;
          const page = wanted.filter((id) => isIn(id, range)).slice(0, size);
          seen.push(...page);
          const last = page.at(-1);
          if (last && page.length === size) walk.continueBelow(last);
          else if (restricted === 'later') walk.restrictTo(possible);
        }
        expect(seen).toEqual(wanted);
      }),
    );
  });
});
