import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LatencySketch, LONGEST_MS } from '../../../src/store/rollups/latency-sketch.js';
import { percentileCont } from './percentile-cont.js';

const sketchOf = (values: readonly number[]): LatencySketch => {
  const sketch = new LatencySketch();
  for (const value of values) sketch.add(value);
  return sketch;
};
const bytesOf = (values: readonly number[]) => sketchOf(values).toBytes().toString('hex');
const quantiles = [0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1];

/** Every quantile, with and without the exact extremes, is within 1 % of what PostgreSQL would say. */
function expectWithinOnePercent(values: readonly number[], sketch = sketchOf(values)): void {
  const bounds = { min: Math.min(...values), max: Math.max(...values) };
  for (const q of quantiles) {
    const exact = percentileCont(values, q);
    for (const answer of [sketch.quantile(q), sketch.quantile(q, bounds)]) {
      expect(Math.abs((answer ?? Number.NaN) - exact), `q ${q}: ${answer} for ${exact}`).toBeLessThanOrEqual(
        0.01 * exact,
      );
    }
  }
  expect([sketch.quantile(0, bounds), sketch.quantile(1, bounds)]).toEqual([bounds.min, bounds.max]);
}

/** Milliseconds as services have them: log-normal about 50, one in twenty 30 times as slow. */
const logNormal = fc
  .tuple(
    fc.double({ min: 1e-9, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.nat(19),
  )
  .map(([u, v, tail]) => {
    const normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
    return 50 * Math.exp(0.6 * normal) * (tail === 0 ? 30 : 1);
  });
const rounded = fc.integer({ min: 0, max: 5_000 }).map((micros) => micros / 100);
/** From a nanosecond to three years: all that the bins are for. */
const anyMagnitude = fc.double({ min: -6, max: 11, noNaN: true }).map((power) => 10 ** power);
const values = fc.oneof(
  fc.array(logNormal, { minLength: 1, maxLength: 400 }),
  fc.array(rounded, { minLength: 1, maxLength: 400 }),
  fc.array(anyMagnitude, { minLength: 1, maxLength: 400 }),
  fc.array(fc.oneof(fc.constant(0), logNormal, anyMagnitude), { minLength: 1, maxLength: 100 }),
);

describe('quantiles of a latency sketch', () => {
  it('are within 1 % of percentile_cont, whatever the values', () => {
    fc.assert(
      fc.property(values, (set) => expectWithinOnePercent(set)),
      { numRuns: 300 },
    );
  });

  it('hold over many values that fill every bin', () => {
    expectWithinOnePercent(Array.from({ length: 20_000 }, (_, index) => 10 ** (-6 + (17 * index) / 20_000)));
  });

  it.each([
    ['one value', [12.5]],
    ['equal values', Array(500).fill(7.25)],
    ['nothing but zeros', Array(30).fill(0)],
    ['zeros and one slow call', [...Array(99).fill(0), 30_000]],
    ['two values', [1, 1_000_000]],
    ['values on the bounds of bins', Array.from({ length: 200 }, (_, index) => (1.0099 / 0.9901) ** index)],
  ])('hold for %s', (_name, set) => {
    expectWithinOnePercent(set);
  });

  it('are none without values', () => {
    expect(new LatencySketch().quantile(0.5)).toBeNull();
    expect(new LatencySketch().shareAbove(1)).toBeNull();
  });

  it('are not spoilt by one absurd time among honest ones', () => {
    const honest = Array.from({ length: 999 }, (_, index) => 1 + index / 10);
    const sketch = sketchOf([1e300, ...honest, 1e308]);
    const exact = percentileCont([LONGEST_MS, ...honest, LONGEST_MS], 0.5);
    expect(Math.abs((sketch.quantile(0.5) ?? 0) - exact)).toBeLessThanOrEqual(0.01 * exact);
  });

  it('count a time below what clocks tell as none', () => {
    expect(sketchOf([1e-7, 1e-300, 0]).quantile(0.5)).toBe(0);
  });
});

describe('a share above a time', () => {
  it('lies between the shares above times 1 % to either side', () => {
    fc.assert(
      fc.property(values, anyMagnitude, (set, limit) => {
        const share = sketchOf(set).shareAbove(limit) ?? Number.NaN;
        const above = (ms: number) => set.filter((value) => value > ms).length / set.length;
        expect(share).toBeGreaterThanOrEqual(above(limit * 1.0201) - 1e-9);
        expect(share).toBeLessThanOrEqual(above(limit / 1.0201) + 1e-9);
      }),
    );
  });
});

describe('sketches', () => {
  it('merge to the sketch of all their values, in any order', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [ab, ba] = [sketchOf(a), sketchOf(b)];
        ab.merge(sketchOf(b));
        ba.merge(sketchOf(a));
        const together = bytesOf([...a, ...b]);
        expect([ab.toBytes().toString('hex'), ba.toBytes().toString('hex')]).toEqual([together, together]);
        expect(ab.count).toBe(a.length + b.length);
      }),
    );
  });

  it('do not depend on the order of absurd values either', () => {
    const times = [1, 1e300, 0, 1e-6, 1e11, 5e12, 3, 1e-30];
    expect(bytesOf(times)).toBe(bytesOf([...times].reverse()));
  });

  it('forget what is taken back', () => {
    fc.assert(
      fc.property(values, values, (kept, taken) => {
        const sketch = sketchOf([...kept, ...taken]);
        for (const value of taken) sketch.add(value, -1);
        expect(sketch.toBytes().toString('hex')).toBe(bytesOf(kept));
        expectWithinOnePercent(kept, sketch);
        for (const value of kept) sketch.add(value, -1);
        expect([sketch.count, sketch.quantile(0.5)]).toEqual([0, null]);
      }),
      { numRuns: 50 },
    );
  });

  it('subtract by merging a negative sketch', () => {
    fc.assert(
      fc.property(values, values, (kept, taken) => {
        const negative = new LatencySketch();
        for (const value of taken) negative.add(value, -1);
        for (const form of [
          (sketch: LatencySketch) => sketch.merge(negative),
          (sketch: LatencySketch) => sketch.mergeBytes(negative.toBytes()),
          (sketch: LatencySketch) => sketch.merge(LatencySketch.fromJSON(negative.toJSON())),
        ]) {
          const sketch = sketchOf([...kept, ...taken]);
          form(sketch);
          expect(sketch.toBytes().toString('hex')).toBe(bytesOf(kept));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('come back the same from bytes and from JSON', () => {
    fc.assert(
      fc.property(values, (set) => {
        const sketch = sketchOf(set);
        const copies = [
          LatencySketch.fromBytes(sketch.toBytes()),
          LatencySketch.fromJSON(JSON.parse(JSON.stringify(sketch))),
        ];
        for (const copy of copies) {
          expect(copy.count).toBe(set.length);
          expect(copy.toBytes().equals(sketch.toBytes())).toBe(true);
          for (const q of quantiles) expect(copy.quantile(q)).toBe(sketch.quantile(q));
        }
      }),
    );
  });

  it('merge bytes as they merge sketches', () => {
    fc.assert(
      fc.property(fc.array(values, { maxLength: 5 }), (sets) => {
        const [bySketch, byBytes] = [new LatencySketch(), new LatencySketch()];
        for (const set of sets) {
          bySketch.merge(sketchOf(set));
          byBytes.mergeBytes(sketchOf(set).toBytes());
        }
        expect(byBytes.toBytes().equals(bySketch.toBytes())).toBe(true);
        expect(byBytes.count).toBe(bySketch.count);
      }),
      { numRuns: 50 },
    );
  });

  it('sums to the same bytes as when all values were counted in one, in whatever parts and to itself too', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyMagnitude, { maxLength: 20 }), { maxLength: 6 }), (parts) => {
        const sum = LatencySketch.sum(parts.map(sketchOf));
        expect(sum.toBytes().toString('hex')).toBe(bytesOf(parts.flat()));
        expect(sum.count).toBe(parts.flat().length);
        sum.merge(sum);
        expect(sum.toBytes().toString('hex')).toBe(bytesOf([...parts.flat(), ...parts.flat()]));
      }),
    );
  });
});
