import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planClock } from '../../demo/plan-clock.js';
import { NOW } from './plan.js';

const DAY = 86_400_000;
const wishes = { now: NOW, seconds: 60, speed: 60, historyDays: 0, start: undefined };

describe('planClock', () => {
  it('never tells a time that the server refuses, whatever is asked for', () => {
    const asked = fc.record({
      now: fc.constant(NOW),
      seconds: fc.double({ min: 1, max: 86_400, noNaN: true }),
      speed: fc.double({ min: 0.1, max: 10_000, noNaN: true }),
      historyDays: fc.double({ min: 0, max: 6, noNaN: true }),
      start: fc.constant(undefined),
    });
    fc.assert(
      fc.property(asked, fc.double({ min: 0, max: 1, noNaN: true }), (options, share) => {
        const { start, liveFrom, span, speed } = planClock(options);
        const wall = share * options.seconds * 1_000;
        // At this moment of the run this is the newest that is sent.
        const simulated = start + liveFrom + wall * speed;
        expect(simulated).toBeLessThanOrEqual(NOW + wall + 1);
        expect(start).toBeGreaterThanOrEqual(NOW - 6.5 * DAY - 1);
        expect(span).toBeGreaterThan(liveFrom);
      }),
    );
  });

  it('ends when the run does', () => {
    for (const speed of [1, 60, 1_440, 10_000]) {
      const { start, span } = planClock({ ...wishes, speed });
      expect(Math.abs(start + span - (NOW + 60_000))).toBeLessThanOrEqual(1);
    }
  });

  it('goes slower than asked when the days do not suffice', () => {
    expect(planClock({ ...wishes, speed: 9_000 }).speed).toBe(9_000);
    expect(planClock({ ...wishes, speed: 9_000, historyDays: 1 }).speed).toBe(7_920);
    expect(planClock({ ...wishes, seconds: 86_400, speed: 10_000 }).speed).toBeLessThan(7);
  });

  it('takes a start that fits, and says of others why they do not', () => {
    const start = NOW - 5 * 3_600_000;
    expect(planClock({ ...wishes, start }).start).toBe(start);
    expect(() => planClock({ ...wishes, start: NOW - 6.6 * DAY })).toThrow('too old');
    expect(() => planClock({ ...wishes, start: NOW - 60_000 })).toThrow('too late');
    expect(() => planClock({ ...wishes, historyDays: 3, start })).toThrow('too late');
  });
});
