import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LatencySketch } from '../../../src/store/rollups/latency-sketch.js';

describe('the share of times above a limit', () => {
  it('is the exact one of a limit within 1 %', () => {
    const ms = fc.integer({ min: 0, max: 1e7 });
    fc.assert(
      fc.property(fc.array(ms, { minLength: 1, maxLength: 200 }), ms, (values, limit) => {
        const sketch = new LatencySketch();
        for (const value of values) sketch.add(value);
        const exact = (at: number) => values.filter((value) => value > at).length / values.length;
        const share = sketch.shareAbove(limit) ?? Number.NaN;
        // A bin is 2 % wide, so its values may be taken for others up to that far away.
        expect(share).toBeGreaterThanOrEqual(exact(limit * 1.021) - 1e-9);
        expect(share).toBeLessThanOrEqual(exact(limit / 1.021 - 1e-9) + 1e-9);
      }),
    );
  });

  it('is null without times', () => expect(new LatencySketch().shareAbove(1)).toBeNull());
});
