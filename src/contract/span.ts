import { DateTime, IANAZone } from 'luxon';
import { z } from 'zod';

export const timeframes = ['hourly', 'daily', 'weekly', 'monthly'] as const;
export type Timeframe = (typeof timeframes)[number];

/** Longest span that `from` and `to` may ask about, in days: a year and a month beside it. */
export const LONGEST_SPAN_DAYS = 400;

export const timezoneSchema = z
  .string()
  .max(64)
  .refine((zone) => IANAZone.isValidZone(zone), 'must be an IANA time zone such as Europe/Istanbul')
  .describe('IANA time zone, such as Europe/Istanbul')
  .meta({ examples: ['Europe/Istanbul'] });

const timeText = z
  .string()
  .max(40)
  .describe('ISO 8601; without Z or an offset it is read in `timezone`')
  .meta({ examples: ['2026-11-24T00:00:00Z'] });

const spanShape = {
  timeframe: z.enum(timeframes).optional().describe('The last 1 h, 24 h, 7 d or 30 d; default daily'),
  from: timeText.optional().describe('Inclusive. ISO 8601; without Z or an offset it is read in `timezone`'),
  to: timeText.optional().describe('Exclusive'),
  timezone: timezoneSchema.default('UTC'),
};

/** A span as a query names it, its ends in Unix ms. */
export interface SpanQuery {
  timeframe?: Timeframe | undefined;
  from?: number | undefined;
  to?: number | undefined;
  timezone: string;
}

/** A query with a span in it: `timeframe`, or `from` and `to`. Adds the query's own fields to the span's. */
export const spanQueryWith = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.object({ ...spanShape, ...shape }).transform((query, context) => {
    const { timeframe, from, to, timezone } = query as z.output<z.ZodObject<typeof spanShape>>;
    const wrong = (path: string, message: string) => {
      context.issues.push({ code: 'custom', path: [path], message, input: query });
    };
    const read = (path: 'from' | 'to', text: string | undefined) => {
      if (text === undefined) return undefined;
      const unixMs = unixMsOf(text, timezone);
      if (unixMs === undefined) wrong(path, 'must be a time in ISO 8601, such as 2026-11-24T00:00:00Z');
      return unixMs;
    };
    const start = read('from', from);
    const end = read('to', to);
    if ((from === undefined) !== (to === undefined)) wrong(from ? 'to' : 'from', 'from and to go together');
    if (from && timeframe) wrong('timeframe', 'give a timeframe, or from and to');
    if (start !== undefined && end !== undefined) {
      if (start >= end) wrong('to', 'must be after from');
      if (end - start > LONGEST_SPAN_DAYS * 86_400_000) {
        wrong('to', `a span may have ${LONGEST_SPAN_DAYS} days at most`);
      }
    }
    return { ...query, from: start, to: end };
  });

export const spanQuerySchema = spanQueryWith({});

/** A day alone is no time: which of its ends was meant is not ours to guess. */
function unixMsOf(text: string, timezone: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d/.test(text)) return undefined;
  const time = DateTime.fromISO(text, { zone: timezone });
  return time.isValid ? time.toMillis() : undefined;
}
