import fc from 'fast-check';
import { v7 as uuidV7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { spanAnswer } from '../../src/analytics/span-answer.js';
import { rollingWindow, windowOf } from '../../src/analytics/window.js';
import { timeframes } from '../../src/contract/span.js';
import { lowestUuidAt } from '../../src/store/uuid-v7.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 24, 12, 34, 56, 789);
const iso = (unixMs: number) => new Date(unixMs).toISOString();

describe('a rolling window', () => {
  it.each([
    ['hourly', '2026-11-24T11:34:00.000Z', '2026-11-24T12:35:00.000Z', '2026-11-24T10:34:00.000Z'],
    ['daily', '2026-11-23T12:00:00.000Z', '2026-11-24T13:00:00.000Z', '2026-11-22T12:00:00.000Z'],
    ['weekly', '2026-11-17T12:00:00.000Z', '2026-11-24T13:00:00.000Z', '2026-11-10T12:00:00.000Z'],
    ['monthly', '2026-10-25T12:00:00.000Z', '2026-11-24T13:00:00.000Z', '2026-09-25T12:00:00.000Z'],
  ] as const)(
    '%s starts at a whole minute or hour and has a period before it',
    (timeframe, from, to, before) => {
      const { span, previous } = rollingWindow(timeframe, NOW);
      expect([iso(span.from), iso(span.to), iso(previous.from), previous.to]).toEqual([
        from,
        to,
        before,
        span.from,
      ]);
    },
  );

  it('holds now, and the whole length before it, whenever it is asked', () => {
    const lengths = { hourly: HOUR, daily: DAY, weekly: 7 * DAY, monthly: 30 * DAY };
    fc.assert(
      fc.property(
        fc.constantFrom(...timeframes),
        fc.integer({ min: NOW, max: NOW + DAY }),
        (timeframe, now) => {
          const { span, smallest, previous } = rollingWindow(timeframe, now);
          expect(span.from).toBeLessThanOrEqual(now - lengths[timeframe]);
          expect(span.from).toBeGreaterThan(now - lengths[timeframe] - smallest * 1_000);
          expect(span.to).toBeGreaterThan(now);
          expect(span.to - now).toBeLessThanOrEqual(smallest * 1_000);
          expect(previous.to - previous.from).toBe(lengths[timeframe]);
          for (const edge of [span.from, span.to, previous.from]) expect(edge % (smallest * 1_000)).toBe(0);
        },
      ),
    );
  });

  it('is the daily one where nothing is asked for', () => {
    expect(windowOf({ timezone: 'UTC' }, NOW, 0)).toEqual(rollingWindow('daily', NOW));
  });

  it('ends after now, or after the newest row that was counted', () => {
    const window = rollingWindow('hourly', NOW);
    const endWith = (lastAt: number) => spanAnswer(window, 'UTC', lastAt);
    expect(endWith(0).fields).toMatchObject({
      timeframe: 'hourly',
      from: iso(window.span.from),
      to: iso(NOW + 1),
    });
    expect(endWith(NOW + 2_000).end).toBe(NOW + 2_001);
    expect(endWith(window.span.to + 5_000).end).toBe(window.span.to);
  });
});

describe('a span by its ends', () => {
  const asked = { from: NOW - DAY, to: NOW, timezone: 'UTC' };

  it('is counted as it is asked, against the same length before it', () => {
    const window = windowOf(asked, NOW, 0);
    expect(window).toMatchObject({
      timeframe: 'custom',
      span: { from: NOW - DAY, to: NOW },
      previous: { from: NOW - 2 * DAY, to: NOW - DAY },
    });
    expect(spanAnswer(window, 'Asia/Kolkata', NOW + HOUR)).toEqual({
      end: NOW,
      fields: { timeframe: 'custom', from: iso(NOW - DAY), to: iso(NOW), timezone: 'Asia/Kolkata' },
    });
  });

  it('is counted by the minute while minutes are kept of both periods, else by the hour', () => {
    expect(windowOf(asked, NOW, NOW - 2 * DAY).smallest).toBe(60);
    expect(windowOf(asked, NOW, NOW - 2 * DAY + 1).smallest).toBe(3_600);
  });
});

describe('a span as a range of ids', () => {
  it('holds exactly the ids of its time', () => {
    const time = fc.integer({ min: 0, max: 2 ** 48 - 2 });
    fc.assert(
      fc.property(time, time, time, (a, b, msecs) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const id = uuidV7({ msecs });
        expect(id >= lowestUuidAt(from) && id < lowestUuidAt(to)).toBe(msecs >= from && msecs < to);
      }),
    );
  });
});
