import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bucketOf,
  cover,
  DAY,
  HOUR,
  MINUTE,
  QUARTER,
  type Run,
  TEN_MINUTES,
  WEEK,
  widen,
} from '../../../src/store/rollups/grains.js';

const MINUTE_MS = MINUTE * 1_000;
const piecesOf = (runs: readonly Run[]) =>
  runs.reduce((sum, { grain, from, to }) => sum + (to - from) / (grain * 1_000), 0);

/** The fewest aligned buckets from one end to the other, by taking the coarsest that fits at each step. */
function fewest(from: number, to: number, grains: readonly number[]): number {
  let pieces = 0;
  for (let at = from; at < to; pieces += 1) {
    const grain = grains.find((size) => at % (size * 1_000) === 0 && at + size * 1_000 <= to);
    if (grain === undefined) return Number.NaN;
    at += grain * 1_000;
  }
  return pieces;
}

describe('the cover of a span', () => {
  const start = Date.UTC(2026, 9, 30, 22);
  const minute = fc.integer({ min: 0, max: 40 * 1_440 }).map((minutes) => start + minutes * MINUTE_MS);

  it.each([
    [MINUTE, [WEEK, DAY, QUARTER, HOUR, TEN_MINUTES, MINUTE]],
    [HOUR, [WEEK, DAY, QUARTER, HOUR]],
    [DAY, [WEEK, DAY]],
  ] as const)('is exact, ordered, whole buckets, and the fewest: from %i s up', (smallest, grains) => {
    fc.assert(
      fc.property(minute, minute, (a, b) => {
        const span = widen({ from: Math.min(a, b), to: Math.max(a, b) }, smallest);
        const runs = cover(span, smallest);
        let at = span.from;
        for (const run of runs) {
          expect(run.from).toBe(at);
          expect(run.to).toBeGreaterThan(run.from);
          for (const edge of [run.from, run.to]) expect(bucketOf(run.grain, edge)).toBe(edge);
          at = run.to;
        }
        expect(at).toBe(span.to);
        expect(piecesOf(runs)).toBe(fewest(span.from, span.to, grains));
      }),
    );
  });

  it('of nothing is nothing', () => {
    expect(cover({ from: start, to: start }, MINUTE)).toEqual([]);
  });

  it('of a month takes 17 buckets as a rule, and 28 at most', () => {
    const pieces = Array.from({ length: 7 * 24 }, (_, hour) => {
      const from = start + hour * HOUR * 1_000;
      return piecesOf(cover({ from, to: from + (30 * 24 + 1) * HOUR * 1_000 }, HOUR));
    });
    expect(Math.max(...pieces)).toBeLessThanOrEqual(28);
    expect(pieces.reduce((sum, count) => sum + count, 0) / pieces.length).toBeLessThanOrEqual(18);
  });

  it('widens a span to whole buckets and no further', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(), fc.constantFrom(MINUTE, HOUR, DAY), (ms, length, grain) => {
        const span = { from: ms % 4e12, to: (ms % 4e12) + length };
        const { from, to } = widen(span, grain);
        expect([from % (grain * 1_000), to % (grain * 1_000)]).toEqual([0, 0]);
        expect(span.from - from).toBeLessThan(grain * 1_000);
        expect(span.from - from).toBeGreaterThanOrEqual(0);
        expect(to - span.to).toBeLessThan(grain * 1_000);
        expect(to - span.to).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
