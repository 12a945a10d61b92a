import { validate, version } from 'uuid';
import { describe, expect, it } from 'vitest';
import { arrivals } from '../../demo/arrivals.js';
import { Random } from '../../demo/random.js';
import { Timeline } from '../../demo/timeline.js';
import { uuidV7 } from '../../demo/uuid-v7.js';
import { zipfPicker } from '../../demo/zipf-picker.js';
import { timeOfUuidV7 } from '../../src/store/uuid-v7.js';

const many = Array.from({ length: 20_000 }, (_, index) => index);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('Random', () => {
  it('repeats itself for the same seed, and only for that', () => {
    const take = (seed: string) =>
      Array.from(
        { length: 50 },
        (
          (random) => () =>
            random.bits()
        )(new Random(seed)),
      );
    expect(take('1')).toEqual(take('1'));
    expect(take('1').filter((bits) => take('2').includes(bits))).toEqual([]);
  });

  it('forks without moving itself', () => {
    const [one, other] = [new Random('1'), new Random('1')];
    one.fork('a').bits();
    expect(one.bits()).toBe(other.bits());
    expect(one.fork('a').bits()).not.toBe(one.fork('b').bits());
  });

  it('spreads evenly, normally and exponentially', () => {
    const random = new Random('spread');
    expect(mean(many.map(() => random.between(0, 1)))).toBeCloseTo(0.5, 1);
    const normal = many.map(() => random.normal());
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((value) => value * value))).toBeCloseTo(1, 1);
    expect(mean(many.map(() => random.exponential()))).toBeCloseTo(1, 1);
    const faces = new Set(many.map(() => random.int(1, 6)));
    expect([...faces].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('uuidV7', () => {
  it('makes valid ids that carry their time', () => {
    const random = new Random('ids');
    const ids = many.map((at) => uuidV7(1_790_000_000_000 + at + 0.7, random));
    expect(ids.filter((id) => !validate(id) || version(id) !== 7)).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ids);
    expect(ids.filter((id, at) => timeOfUuidV7(id) !== 1_790_000_000_000 + at)).toEqual([]);
  });
});

describe('arrivals', () => {
  it('are as many as expected, in order, within their stretch, and where the curve is high', () => {
    const curve = (at: number) => (at < 5_000_000 ? 1 : 3);
    const times = arrivals(new Random('a'), { from: 1_000_000, to: 9_000_000, expected: 5_000 }, curve);
    expect(Math.abs(times.length - 5_000)).toBeLessThan(300);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    expect(times.filter((at) => at < 1_000_000 || at > 9_000_000)).toEqual([]);
    expect(times.filter((at) => at < 5_000_000).length / times.length).toBeCloseTo(0.25, 1);
  });

  it('do not come where none are expected', () => {
    expect(arrivals(new Random('a'), { from: 0, to: 0, expected: 0 }, () => 1)).toEqual([]);
  });
});

describe('Timeline', () => {
  it('gives what comes first, and of the same time what was added first', () => {
    const random = new Random('t');
    const items = many.slice(0, 3_000).map((order) => ({ at: random.int(0, 500), order }));
    const timeline = new Timeline<(typeof items)[number]>();
    for (const item of items) timeline.add(item);
    const sorted = items.toSorted((a, b) => a.at - b.at || a.order - b.order);
    const taken = [...timeline.takeBefore(250), ...timeline.takeBefore(501)];
    expect(taken).toEqual(sorted);
    expect([...timeline.takeBefore(1_000)]).toEqual([]);
  });
});

describe('zipfPicker', () => {
  it('picks the second half as often as the first, by exponent 1, and all by exponent 0', () => {
    const random = new Random('z');
    const count = (exponent: number, wanted: string) => {
      const pick = zipfPicker(['a', 'b', 'c'], exponent);
      return many.filter(() => pick(random) === wanted).length;
    };
    expect(count(1, 'a') / count(1, 'b')).toBeCloseTo(2, 0);
    expect(count(0, 'a') / count(0, 'c')).toBeCloseTo(1, 1);
  });
});
