import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { countByHour, countByHourOfWeek, localHours } from '../../../src/analytics/behaviour/hour-of-week.js';
import { zoneOffsets } from '../../../src/analytics/behaviour/zone-offsets.js';
import { HOUR } from './make-action.js';

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  // Its summer time is half an hour.
  'Australia/Lord_Howe',
  // Its clock changes twice around Ramadan, 29 to 36 days apart.
  'Africa/Casablanca',
  'Pacific/Apia',
];

const countIn = (zone: string, times: number[]) =>
  countByHourOfWeek(times.map(localHours(zoneOffsets(zone))));

describe('hours of the week', () => {
  it('begin with Monday, by the clock of the zone', () => {
    // Sunday 23:30 UTC is Monday 00:30 in Berlin in winter.
    const sunday = Date.parse('2026-11-22T23:30:00Z');
    expect(countIn('UTC', [sunday])[6]?.[23]).toBe(1);
    expect(countIn('Europe/Berlin', [sunday])[0]?.[0]).toBe(1);
  });

  it('have nothing in the hour that spring skips, and twice as much in the one that autumn repeats', () => {
    const dayFrom = (iso: string, hours: number) =>
      countIn(
        'Europe/Berlin',
        Array.from({ length: hours }, (_, hour) => Date.parse(iso) + hour * HOUR),
      )[6];
    expect(dayFrom('2026-03-29T00:00:00+01:00', 23)).toEqual(
      Array.from({ length: 24 }, (_, h) => +(h !== 2)),
    );
    expect(dayFrom('2026-10-25T00:00:00+02:00', 25)).toEqual(
      Array.from({ length: 24 }, (_, h) => (h === 2 ? 2 : 1)),
    );
  });

  it('are those of luxon, in every zone and season, and lose no action', () => {
    const times = fc.array(fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2035, 0) }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.constantFrom(...zones), times, (zone, made) => {
        const week = countIn(zone, made);
        const expected = Array.from({ length: 7 }, () => Array<number>(24).fill(0));
        for (const time of made) {
          const { weekday, hour } = DateTime.fromMillis(time, { zone });
          const row = expected[weekday - 1];
          if (row) row[hour] = (row[hour] ?? 0) + 1;
        }
        expect(week).toEqual(expected);
        expect(countByHour(week).reduce((sum, count) => sum + count, 0)).toBe(made.length);
      }),
    );
  });

  it('are right on both sides of a change of the clock, to the minute', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: -180, max: 180 }),
        fc.integer({ min: 2010, max: 2030 }),
        (zone, minutes, year) => {
          const offsetAt = zoneOffsets(zone);
          for (let day = 0; day < 365; day += 1) {
            const time = Date.UTC(year, 0, 1 + day) + minutes * 60_000;
            expect(offsetAt(time)).toBe(DateTime.fromMillis(time, { zone }).offset * 60_000);
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it('do not exist in a zone that does not', () => {
    expect(() => zoneOffsets('Mars/Olympus')).toThrow(RangeError);
  });
});
