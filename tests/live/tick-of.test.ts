import { describe, expect, it } from 'vitest';
import { tickOf } from '../../src/live/tick-of.js';
import { RollupDelta } from '../../src/store/rollups/rollup-delta.js';

describe('a tick', () => {
  it('of a second without anything has counts of 0 and no latencies', () => {
    expect(tickOf(new RollupDelta(), 0, Date.UTC(2026, 0, 2, 3, 4, 5), 1)).toEqual({
      at: '2026-01-02T03:04:05.000Z',
      seconds: 1,
      actions: 0,
      failures: 0,
      events: 0,
      calls: 0,
      call_failures: 0,
      p50: null,
      p95: null,
    });
  });
});
