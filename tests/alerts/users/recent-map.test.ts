import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecentMap } from '../../../src/alerts/users/recent-map.js';

const CAP = 8;

describe('a recent map', () => {
  it('has no more keys than its cap, and those that were touched last', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 200 }), (keys) => {
        const map = new RecentMap<number>(CAP);
        for (const key of keys) {
          if (map.get(String(key)) === undefined) map.set(String(key), key);
          expect(map.size).toBeLessThanOrEqual(CAP);
        }
        const last = [...new Set(keys.reverse())].slice(0, CAP / 2);
        for (const key of last) expect(map.get(String(key))).toBe(key);
      }),
    );
  });

  it('forgets the same after it was saved and restored', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 100 }),
        fc.nat({ max: 100 }),
        (keys, cut) => {
          let map = new RecentMap<number>(CAP);
          const whole = new RecentMap<number>(CAP);
          for (const [index, key] of keys.entries()) {
            if (index === cut) {
              const saved = JSON.parse(JSON.stringify(map.save()));
              map = new RecentMap(CAP);
              map.restore(saved);
            }
            expect(map.get(String(key))).toBe(whole.get(String(key)));
            map.set(String(key), index);
            whole.set(String(key), index);
          }
          expect(map.save()).toEqual(whole.save());
        },
      ),
    );
  });
});
