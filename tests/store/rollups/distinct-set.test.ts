import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DistinctSet, EXACT_UP_TO } from '../../../src/store/rollups/distinct-set.js';
import { hashText } from '../../../src/store/rollups/hash-text.js';

/** Users `from` to `to` (exclusive), as their ids are hashed. */
const users = (from: number, to: number, prefix = 'u_'): DistinctSet => {
  const set = new DistinctSet();
  for (let user = from; user < to; user += 1) set.add(hashText(`${prefix}${user}`));
  return set;
};
const union = (...sets: readonly DistinctSet[]): DistinctSet => {
  const all = new DistinctSet();
  for (const set of sets) all.addBytes(set.toBytes());
  return all;
};
const within = (count: number, exact: number) => Math.abs(count - exact) / exact;

describe('a set of distinct people', () => {
  it('is exact to 10,000', () => {
    const set = new DistinctSet();
    for (let user = 0; user < 10_000; user += 1) {
      set.add(hashText(`u_${user}`));
      set.add(hashText(`u_${Math.floor(user / 2)}`));
      if (set.count !== user + 1) expect(set.count).toBe(user + 1);
    }
    expect(set.count).toBe(10_000);
  });

  it('is exact for any hashes, those that share a slot too', () => {
    // Low bits all alike: one long run of probes. Zero and the highest are hashes like any other.
    const hash = fc.oneof(
      fc.maxSafeNat().map((value) => value % 2 ** 48),
      fc.integer({ min: 0, max: 300 }).map((value) => value * 0x1_0000),
      fc.constantFrom(0, 2 ** 32 - 1, 2 ** 32, 2 ** 48 - 1),
    );
    fc.assert(
      fc.property(fc.array(hash, { maxLength: 300 }), (hashes) => {
        const set = new DistinctSet();
        const exact = new Set<number>();
        for (const value of hashes) {
          expect(set.has(value)).toBe(exact.has(value));
          expect(set.add(value)).toBe(!exact.has(value));
          exact.add(value);
        }
        expect(set.count).toBe(exact.size);
        expect(DistinctSet.fromBytes(set.toBytes()).count).toBe(exact.size);
      }),
    );
  });

  it('says beforehand whether adding would change it, and a copy leaves it as it is', () => {
    const set = users(0, 50_000);
    const { count } = set;
    const copy = set.copy();
    let grown = 0;
    for (let user = 45_000; user < 60_000; user += 1) {
      const hash = hashText(`u_${user}`);
      const had = copy.has(hash);
      if (copy.add(hash) === had) expect(copy.add(hash)).toBe(!had);
      if (!had) grown += 1;
    }
    expect(grown).toBeGreaterThan(1_000);
    expect([set.count, copy.count > count]).toEqual([count, true]);
  });

  it('is exact for a union of many that overlap', () => {
    // 60 lists of 400, each sharing 240 with the next: 9,840 people.
    const lists = Array.from({ length: 60 }, (_, index) => users(index * 160, index * 160 + 400));
    expect(union(...lists).count).toBe(9_840);
    expect(union(...lists, ...lists.reverse()).count).toBe(9_840);
  });

  it.each([20_000, 100_000, 1_000_000])('is within 1 % at %i', (many) => {
    for (const prefix of ['u_', 'customer-', '0196f2a4-7c1e-7000-8000-']) {
      expect(within(users(0, many, prefix).count, many)).toBeLessThanOrEqual(0.01);
    }
  });

  it('is within 1 % where it stops being exact', () => {
    for (const many of [EXACT_UP_TO, EXACT_UP_TO + 1, EXACT_UP_TO + 500]) {
      expect(within(users(0, many).count, many)).toBeLessThanOrEqual(0.01);
    }
    expect(users(0, EXACT_UP_TO).count).toBe(EXACT_UP_TO);
  });

  it.each([
    ['lists that together are too many', [0, 8_000], [6_000, 14_000]],
    ['a list and a sketch', [0, 5_000], [2_500, 40_000]],
    ['a sketch and a list', [0, 40_000], [39_000, 44_000]],
    ['two sketches', [0, 60_000], [30_000, 90_000]],
    ['disjoint sketches', [0, 20_000], [20_000, 40_000]],
  ] as const)('unites %s to the same as if all had been added to one', (_name, [a, b], [c, d]) => {
    const whole = users(Math.min(a, c), Math.max(b, d));
    const [left, right] = [users(a, b), users(c, d)];
    for (const united of [union(left, right), union(right, left), union(left, right, left)]) {
      expect(united.count).toBe(whole.count);
    }
    // Registers, byte for byte; what stands behind them is a list whose order is free.
    const registers = (set: DistinctSet) => set.toBytes().subarray(0, 1 + 32_768);
    expect(registers(union(left, right)).equals(registers(whole))).toBe(true);
  });

  it('tells truthfully whether anything was new', () => {
    const list = users(0, 100);
    expect(list.addBytes(users(0, 100).toBytes())).toBe(false);
    expect(list.addBytes(users(50, 101).toBytes())).toBe(true);
    expect(list.addBytes(new DistinctSet().toBytes())).toBe(false);
    expect(list.addBytes(users(0, 20_000).toBytes())).toBe(true);
    expect(list.addBytes(users(0, 20_000).toBytes())).toBe(false);
    expect(list.addBytes(users(0, 100).toBytes())).toBe(false);
    expect(list.addBytes(users(30_000, 60_000).toBytes())).toBe(true);
  });

  it('that says nothing was new has the same count as before, and the same bytes', () => {
    const range = fc.tuple(fc.integer({ min: 0, max: 15_000 }), fc.integer({ min: 1, max: 12_000 }));
    fc.assert(
      fc.property(range, range, ([from, many], [otherFrom, otherMany]) => {
        const set = users(from, from + many);
        const [count, bytes] = [set.count, set.toBytes()];
        const grown = set.addBytes(users(otherFrom, otherFrom + otherMany).toBytes());
        expect(grown).toBe(!set.toBytes().equals(bytes));
        if (!grown) expect(set.count).toBe(count);
        const contained = otherFrom >= from && otherFrom + otherMany <= from + many;
        if (contained) expect(grown).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  it('comes back the same from its bytes, wherever in a buffer they stand', () => {
    for (const set of [new DistinctSet(), users(0, 7), users(0, 10_240), users(0, 30_000)]) {
      const bytes = set.toBytes();
      const shifted = Buffer.concat([Buffer.of(1, 2, 3), bytes]).subarray(3);
      for (const copy of [DistinctSet.fromBytes(bytes), DistinctSet.fromBytes(shifted)]) {
        expect(copy.count).toBe(set.count);
        expect(copy.addBytes(bytes)).toBe(false);
      }
    }
  });

  it('takes 64 KiB at most', () => {
    expect(users(0, EXACT_UP_TO).toBytes().length).toBeLessThan(65_536);
    expect(users(0, 1_000_000).toBytes().length).toBeLessThan(65_536);
  });
});
