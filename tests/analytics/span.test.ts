import fc from 'fast-check';
import { v7 as uuidV7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { idRange, spanOf } from '../../src/analytics/span.js';
import { spanQuerySchema } from '../../src/contract/analytics.js';

const NOW = Date.UTC(2026, 10, 24, 12, 34, 56, 789);
const iso = (unixMs: number) => new Date(unixMs).toISOString();

describe('a rolling window', () => {
  it.each([
    ['hourly', '2026-11-24T11:34:00.000Z'],
    ['daily', '2026-11-23T12:00:00.000Z'],
    ['weekly', '2026-11-17T12:00:00.000Z'],
    ['monthly', '2026-10-25T12:00:00.000Z'],
  ] as const)('%s starts at a whole minute or hour', (timeframe, from) => {
    const span = spanOf(timeframe, NOW);
    expect([iso(span.from), span.to]).toEqual([from, NOW + 1]);
  });

  it('as a range of ids holds exactly the ids of its time', () => {
    const time = fc.integer({ min: 0, max: 2 ** 48 - 2 });
    fc.assert(
      fc.property(time, time, time, (a, b, msecs) => {
        const span = { from: Math.min(a, b), to: Math.max(a, b) };
        const { lowest, above } = idRange(span);
        const id = uuidV7({ msecs });
        expect(id >= lowest && id < above).toBe(msecs >= span.from && msecs < span.to);
      }),
    );
  });
});

describe('a question about a span', () => {
  const day = (n: number) => iso(NOW + n * 86_400_000);

  it.each([
    {},
    { timeframe: 'weekly' },
    { from: day(0), to: day(92) },
    { from: '2026-11-24T00:00:00+03:00', to: '2026-11-24T00:00:00Z' },
  ])('may be %j', (query) => {
    expect(spanQuerySchema.safeParse(query).error).toBeUndefined();
  });

  it.each([
    [{ timeframe: 'yearly' }, 'timeframe'],
    [{ from: day(0) }, 'to'],
    [{ to: day(0) }, 'from'],
    [{ from: day(0), to: day(0) }, 'to'],
    [{ from: day(1), to: day(0) }, 'to'],
    [{ from: day(0), to: iso(NOW + 92 * 86_400_000 + 1) }, 'to'],
    [{ from: 'yesterday', to: day(0) }, 'from'],
    [{ from: '2026-11-24', to: day(0) }, 'from'],
    [{ timeframe: 'daily', from: day(0), to: day(1) }, 'timeframe'],
  ])('may not be %j (%s)', (query, path) => {
    const result = spanQuerySchema.safeParse(query);
    expect(result.error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });
});
