import { describe, expect, it } from 'vitest';
import { timeseriesQuerySchema } from '../../src/contract/analytics.js';
import { LONGEST_SPAN_DAYS, spanQuerySchema } from '../../src/contract/span.js';

const NOW = Date.UTC(2026, 10, 24, 12, 34, 56, 789);
const iso = (unixMs: number) => new Date(unixMs).toISOString();
const day = (n: number) => iso(NOW + n * 86_400_000);
const pathsOf = (result: { error?: { issues: { path: PropertyKey[] }[] } | undefined }) =>
  result.error?.issues.map((issue) => issue.path.join('.'));

describe('a question about a span', () => {
  it.each([
    {},
    { timeframe: 'weekly' },
    { from: day(0), to: day(LONGEST_SPAN_DAYS) },
    { from: '2026-11-24T00:00:00+03:00', to: '2026-11-24T00:00:00Z' },
    { from: '2026-11-24T00:00', to: '2026-11-24T12', timezone: 'Europe/Istanbul' },
    { timezone: 'Asia/Kolkata' },
  ])('may be %j', (query) => {
    expect(spanQuerySchema.safeParse(query).error).toBeUndefined();
  });

  it.each([
    [{ timeframe: 'yearly' }, 'timeframe'],
    [{ from: day(0) }, 'to'],
    [{ to: day(0) }, 'from'],
    [{ from: day(0), to: day(0) }, 'to'],
    [{ from: day(1), to: day(0) }, 'to'],
    [{ from: day(0), to: iso(NOW + LONGEST_SPAN_DAYS * 86_400_000 + 1) }, 'to'],
    [{ from: 'yesterday', to: day(0) }, 'from'],
    [{ from: '2026-11-24', to: day(1) }, 'from'],
    [{ from: day(-1), to: '2026-11-24' }, 'to'],
    [{ from: '2026-02-30T00:00:00Z', to: day(0) }, 'from'],
    [{ from: '1764000000000', to: day(0) }, 'from'],
    [{ from: '2026-W48-1T10:00', to: day(0) }, 'from'],
    [{ timeframe: 'daily', from: day(0), to: day(1) }, 'timeframe'],
    [{ timezone: 'Europe/Atlantis' }, 'timezone'],
    [{ timezone: 'UTC+25' }, 'timezone'],
    [{ timezone: '' }, 'timezone'],
    [{ timezone: 'x'.repeat(65) }, 'timezone'],
  ])('may not be %j (%s)', (query, path) => {
    expect(pathsOf(spanQuerySchema.safeParse(query))).toContain(path);
  });

  it.each([
    ['2026-11-24T00:00', 'Europe/Istanbul', '2026-11-23T21:00:00.000Z'],
    ['2026-11-24T00:00', 'UTC', '2026-11-24T00:00:00.000Z'],
    ['2026-07-01T00:00', 'Europe/Berlin', '2026-06-30T22:00:00.000Z'],
    ['2026-11-24T00:00', 'Europe/Berlin', '2026-11-23T23:00:00.000Z'],
    ['2026-11-24T00:00', 'Asia/Kolkata', '2026-11-23T18:30:00.000Z'],
    // What says its offset means it.
    ['2026-11-24T00:00Z', 'Europe/Istanbul', '2026-11-24T00:00:00.000Z'],
    ['2026-11-24T00:00:00.5-05:00', 'Europe/Istanbul', '2026-11-24T05:00:00.500Z'],
  ])('reads %s in %s as %s', (from, timezone, expected) => {
    const query = spanQuerySchema.parse({ from, to: '2026-12-01T00:00Z', timezone });
    expect(iso(query.from ?? 0)).toBe(expected);
  });

  it('has a day of 23 hours where clocks go forward', () => {
    const query = spanQuerySchema.parse({
      from: '2026-03-29T00:00',
      to: '2026-03-30T00:00',
      timezone: 'Europe/Berlin',
    });
    expect((query.to ?? 0) - (query.from ?? 0)).toBe(23 * 3_600_000);
  });
});

describe('a question for a series', () => {
  it.each([
    {},
    { metric: 'unique_users', user_type: 'unknown' },
    { metric: 'p99', service: 's', method: 'm', resolution: 'day' },
  ])('may be %j', (query) => {
    expect(timeseriesQuerySchema.safeParse(query).error).toBeUndefined();
  });

  it.each([
    [{ metric: 'p98' }, 'metric'],
    [{ resolution: 'week' }, 'resolution'],
    [{ metric: 'calls', method: 'm' }, 'method'],
    [{ metric: 'actions', service: 's' }, 'service'],
    [{ metric: 'calls', user_type: 'customer' }, 'user_type'],
    [{ metric: 'actions', user_type: 'chef' }, 'user_type'],
    [{ metric: 'calls', service: '' }, 'service'],
    [{ metric: 'calls', service: 'a\0b' }, 'service'],
    [{ from: day(0) }, 'to'],
  ])('may not be %j (%s)', (query, path) => {
    expect(pathsOf(timeseriesQuerySchema.safeParse(query))).toContain(path);
  });
});
