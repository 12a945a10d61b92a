import { describe, expect, it } from 'vitest';
import { measuresDuring, type SystemMeasure } from '../../src/system/system-measures.js';

const depth = (replica: string | null, value: number): SystemMeasure => ({
  measure: 'queue_depth',
  replica,
  value,
  unit: 'rows',
});

describe('measures of the past', () => {
  it('stand until the next sample of the same replica, for 90 s at most', () => {
    const samples = [
      { at: 0, replica: 'a', measures: [depth('a', 1)] },
      { at: 0, replica: 'b', measures: [depth('b', 2)] },
      { at: 60_000, replica: 'a', measures: [depth('a', 3)] },
    ];
    const spans = measuresDuring(samples).map(({ from, to, what }) => [what.replica, what.value, from, to]);
    expect(spans.sort()).toEqual([
      ['a', 1, 0, 60_000],
      ['a', 3, 60_000, 150_000],
      ['b', 2, 0, 90_000],
    ]);
  });
});
