import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { pointIndex, pointsOf } from '../../src/analytics/points.js';
import { LONGEST_SPAN_DAYS } from '../../src/contract/span.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 24, 12, 34, 56, 789);
const localDays = (from: string, to: string, timezone: string) => {
  const [start, end] = [from, to].map((text) => DateTime.fromISO(text, { zone: timezone }).toMillis());
  return pointsOf({ from: start ?? 0, to: end ?? 0 }, timezone, 0, 'day');
};
const lengths = (edges: readonly number[]) =>
  edges.slice(1).map((edge, index) => (edge - (edges[index] ?? 0)) / HOUR);

describe('the points of a chart', () => {
  it.each([
    [HOUR, 'minute', 61],
    [8 * HOUR, 'minute', 481],
    [9 * HOUR, 'hour', 10],
    [20 * DAY, 'hour', 481],
    [21 * DAY, 'day', 22],
    [400 * DAY, 'day', 401],
  ] as const)('of %i ms are the finest that are not too many: %s', (length, resolution, count) => {
    const points = pointsOf({ from: NOW - length, to: NOW }, 'UTC', 0);
    expect([points?.resolution, (points?.edges.length ?? 0) - 1]).toEqual([resolution, count]);
  });

  const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Africa/Cairo', 'America/New_York');
  const span = fc
    .tuple(
      fc.integer({ min: NOW - 800 * DAY, max: NOW }),
      fc.integer({ min: 1, max: LONGEST_SPAN_DAYS * DAY }),
    )
    .map(([from, length]) => ({ from, to: from + length }));
  const wanted = fc.constantFrom('minute', 'hour', 'day', undefined);

  it('are 500 at most, in order, whole buckets of their grain, and begin at or before the span', () => {
    fc.assert(
      fc.property(span, zones, wanted, fc.boolean(), (asked, zone, resolution, minutesKept) => {
        const points = pointsOf(asked, zone, minutesKept ? 0 : NOW, resolution);
        if (!points) {
          expect(['minute', 'hour']).toContain(resolution);
          return;
        }
        const { edges, grain } = points;
        expect(edges.length).toBeGreaterThan(1);
        expect(edges.length - 1).toBeLessThanOrEqual(500);
        for (const [index, edge] of edges.entries()) {
          expect(edge % (grain * 1_000)).toBe(0);
          if (index > 0) expect(edge).toBeGreaterThan(edges[index - 1] ?? 0);
        }
        expect(edges[0]).toBeLessThanOrEqual(asked.from);
        // Where the offset is not of whole hours, the last day ends up to 59 minutes early.
        expect(edges.at(-1)).toBeGreaterThan(asked.to - HOUR);
        expect(edges.at(-2)).toBeLessThan(asked.to);
      }),
    );
  });

  it('of minutes that are not kept any more are refused, or coarser where nothing was asked', () => {
    const old = { from: NOW - 8 * DAY, to: NOW - 8 * DAY + HOUR };
    const minutesSince = NOW - 7 * DAY;
    expect(pointsOf(old, 'UTC', minutesSince, 'minute')).toBeUndefined();
    expect(pointsOf(old, 'UTC', minutesSince)?.resolution).toBe('hour');
  });

  it('are refused where they would be more than 500', () => {
    expect(pointsOf({ from: NOW - 9 * HOUR, to: NOW }, 'UTC', 0, 'minute')).toBeUndefined();
    expect(pointsOf({ from: NOW - 21 * DAY, to: NOW }, 'UTC', 0, 'hour')).toBeUndefined();
  });

  it.each([
    ['Europe/Berlin', '2026-03-28T00:00', '2026-03-31T00:00', [24, 23, 24]],
    ['Europe/Berlin', '2026-10-24T00:00', '2026-10-27T00:00', [24, 25, 24]],
    ['Asia/Kolkata', '2026-03-28T00:00', '2026-03-31T00:00', [24, 24, 24]],
    // Clocks go from 24 April 00:00 to 01:00: that day has no midnight, and is the first here.
    ['Africa/Cairo', '2026-04-24T01:00', '2026-04-27T00:00', [23, 24, 24]],
    ['Africa/Cairo', '2026-04-23T00:00', '2026-04-26T00:00', [24, 23, 24]],
  ])('that are days in %s from %s to %s have %j hours', (zone, from, to, hours) => {
    const points = localDays(from, to, zone);
    expect(lengths(points?.edges ?? [])).toEqual(hours);
  });

  it('that are days begin at local midnight, or where that is no whole UTC hour within the hour before', () => {
    const berlin = localDays('2026-03-28T05:00', '2026-03-30T00:00', 'Europe/Berlin');
    expect(berlin?.edges.map((edge) => new Date(edge).toISOString().slice(0, 16))).toEqual([
      '2026-03-27T23:00',
      '2026-03-28T23:00',
      '2026-03-29T22:00',
    ]);
    const kolkata = localDays('2026-03-28T05:00', '2026-03-29T00:00', 'Asia/Kolkata');
    expect(kolkata?.edges.map((edge) => new Date(edge).toISOString().slice(0, 16))).toEqual([
      '2026-03-27T18:00',
      '2026-03-28T18:00',
    ]);
  });

  it('that are days of UTC are filled from days, others from hours', () => {
    const span = { from: NOW - 3 * DAY, to: NOW };
    expect(pointsOf(span, 'UTC', 0, 'day')?.grain).toBe(86_400);
    expect(pointsOf(span, 'Africa/Abidjan', 0, 'day')?.grain).toBe(86_400);
    expect(pointsOf(span, 'Europe/Berlin', 0, 'day')?.grain).toBe(3_600);
  });

  it('hold each time of the span in exactly one point', () => {
    fc.assert(
      fc.property(span, zones, fc.nat({ max: 1_000 }), (asked, zone, share) => {
        const points = pointsOf(asked, zone, 0);
        const edges = points?.edges ?? [];
        const [first, last] = [edges[0] ?? 0, edges.at(-1) ?? 0];
        const time = Math.floor(first + ((last - first) * share) / 1_000);
        const index = points ? pointIndex(points, time) : -2;
        if (time >= last) expect(index).toBe(-1);
        else expect(index).toBe(edges.findLastIndex((edge) => edge <= time));
        expect(points && pointIndex(points, first - 1)).toBe(-1);
        expect(points && pointIndex(points, last)).toBe(-1);
      }),
    );
  });
});
