import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommitOrder } from '../../src/live/commit-order.js';

describe('the order of commits', () => {
  it('knows of each number whether it came, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 11, max: 40 })), (numbers) => {
        const order = new CommitOrder(10);
        const came = new Set<number>();
        for (const seq of numbers) {
          expect(order.isNew(seq)).toBe(true);
          order.take(seq, 0);
          came.add(seq);
          const newest = Math.max(10, ...came);
          expect(order.newest).toBe(newest);
          const holes = Array.from({ length: newest - 10 }, (_, index) => 11 + index).filter(
            (number) => !came.has(number),
          );
          expect([...order.frontier.holes].sort((a, b) => a - b)).toEqual(holes);
          for (const one of came) expect(order.isNew(one)).toBe(false);
        }
      }),
    );
  });

  it('stops waiting for a number after 10 s', () => {
    const order = new CommitOrder(0);
    order.take(3, 0);
    order.take(5, 5_000);
    order.giveUp(10_000);
    expect(order.frontier.holes).toEqual([1, 2, 4]);
    order.giveUp(10_001);
    expect(order.frontier).toEqual({ newest: 5, holes: [4] });
    expect(order.isNew(2)).toBe(false);
  });

  it('writes cursors with what is under way', () => {
    const order = new CommitOrder(10);
    order.take(14, 0);
    order.take(12, 0);
    expect(order.stem(12)).toEqual({ newest: 14, seq: 12, holes: '-3-1' });
  });
});
