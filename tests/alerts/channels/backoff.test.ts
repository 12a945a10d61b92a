import { describe, expect, it } from 'vitest';
import { BACKOFF, LONGEST_ASKED, nextDelay } from '../../../src/alerts/channels/backoff.js';

const HOUR = 3_600_000;

describe('the wait before the next try', () => {
  it('is anything up to the most of the table, and there is none after its end', () => {
    for (const [index, most] of BACKOFF.entries()) {
      expect(nextDelay(index + 1, { random: () => 0 })).toBe(0);
      expect(nextDelay(index + 1, { random: () => 0.5 })).toBe(most / 2);
    }
    expect(nextDelay(BACKOFF.length + 1)).toBeUndefined();
  });

  it('adds up to about a day', () => {
    const all = BACKOFF.reduce((sum, most) => sum + most, 0);
    expect(all / 2 / HOUR).toBeGreaterThan(18);
    expect(all / 2 / HOUR).toBeLessThan(26);
  });

  it('is not shorter than the receiver asks, up to an hour', () => {
    expect(nextDelay(1, { random: () => 0, asked: 90_000 })).toBe(90_000);
    expect(nextDelay(1, { random: () => 0, asked: 48 * HOUR })).toBe(LONGEST_ASKED);
    expect(nextDelay(10, { random: () => 1, asked: 90_000 })).toBe(16 * HOUR);
  });
});
