import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median } from '../../../src/analytics/behaviour/median.js';
import { logGamma } from '../../../src/analytics/behaviour/statistics/log-gamma.js';
import { binomialTail, poissonTail, studentTail } from '../../../src/analytics/behaviour/statistics/tails.js';
import { wilsonUpper } from '../../../src/analytics/behaviour/statistics/wilson-upper.js';
import { scoreOf } from '../../../src/analytics/behaviour/unusual/score.js';

describe('tails', () => {
  it('of the binomial are the sum of its terms', () => {
    const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);
    const parameters = fc.record({
      trials: fc.integer({ min: 1, max: 40 }),
      share: fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(parameters, ({ trials, share, at }) => {
        const successes = Math.round(at * trials);
        let sum = 0;
        for (let k = successes; k <= trials; k += 1) {
          sum += choose(trials, k) * share ** k * (1 - share) ** (trials - k);
        }
        expect(binomialTail(successes, trials, share)).toBeCloseTo(Math.log10(sum), 6);
      }),
    );
    expect(binomialTail(100, 100, 1e-5)).toBeCloseTo(-500, 6);
  });

  it('of Poisson and of Student are those of the tables', () => {
    expect(10 ** poissonTail(3, 0.1)).toBeCloseTo(1 - Math.exp(-0.1) * 1.105, 9);
    expect(10 ** poissonTail(10, 4)).toBeCloseTo(0.00813, 5);
    expect(poissonTail(2, 4)).toBe(0);
    expect(10 ** studentTail(2.228, 10)).toBeCloseTo(0.025, 4);
    expect(10 ** studentTail(31.82, 1)).toBeCloseTo(0.01, 4);
    expect(studentTail(-1, 10)).toBe(0);
  });

  it('rest on a gamma function and an interval that are right', () => {
    expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 10);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 10);
    expect(wilsonUpper(0, 10)).toBeCloseTo(0.213, 3);
    expect(wilsonUpper(5, 5)).toBeCloseTo(1, 12);
  });
});

describe('the score', () => {
  it('halves what is missing to 1 with every factor of 1,000, and never leaves its scale', () => {
    expect([0, -3, -6, -9].map(scoreOf)).toEqual([0, 0.5, 0.75, 0.875]);
    expect(scoreOf(-1e4)).toBe(1);
    expect(scoreOf(0.3)).toBe(0);
  });
});

describe('the median', () => {
  it('is the middle, or between the two', () => {
    expect([[], [3], [10, 9, 100], [4, 1, 2, 3]].map(median)).toEqual([null, 3, 10, 2.5]);
  });
});
