import type { SpanQuery, Timeframe } from '../contract/span.js';
import { bucketOf, DAY, type Grain, HOUR, MINUTE, type Span } from '../store/rollups/grains.js';

/** The span that a question is about. */
export interface Window {
  timeframe: Timeframe | 'custom';
  /** Rolling: its end is the end of the bucket that now is in. */
  span: Span;
  /** Size of its smallest buckets. */
  smallest: Grain;
  /** The same length, right before: what changes are measured against. */
  previous: Span;
  /** Unix ms at which a rolling window was asked about; undefined for a span by its ends. */
  now?: number;
}

const seconds: Record<Timeframe, number> = { hourly: HOUR, daily: DAY, weekly: 7 * DAY, monthly: 30 * DAY };

/** The rolling window that ends now; its start is aligned down to a whole minute (hourly) or a whole hour (the others). */
export function rollingWindow(timeframe: Timeframe, now: number): Window {
  const smallest = timeframe === 'hourly' ? MINUTE : HOUR;
  const length = seconds[timeframe] * 1_000;
  const from = bucketOf(smallest, now - length);
  const to = bucketOf(smallest, now) + smallest * 1_000;
  return { timeframe, span: { from, to }, smallest, previous: { from: from - length, to: from }, now };
}

/** The window that a query names: a span by its ends, or a rolling one, `daily` by default. */
export function windowOf({ timeframe, from, to }: SpanQuery, now: number, minutesSince: number): Window {
  if (from === undefined || to === undefined) return rollingWindow(timeframe ?? 'daily', now);
  const span = { from, to };
  const previous = { from: from - (to - from), to: from };
  return { timeframe: 'custom', span, smallest: previous.from >= minutesSince ? MINUTE : HOUR, previous };
}
