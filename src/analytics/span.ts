import type { Timeframe } from '../contract/analytics.js';
import { lowestUuidAt } from '../store/uuid-v7.js';

/** A span of time in Unix ms: `from` inclusive, `to` exclusive. */
export interface Span {
  from: number;
  to: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const lengths: Record<Timeframe, number> = { hourly: HOUR, daily: DAY, weekly: 7 * DAY, monthly: 30 * DAY };

/** The rolling window that ends now; its start is aligned down to a whole minute (hourly) or hour (the others). */
export function spanOf(timeframe: Timeframe, now: number): Span {
  const grain = timeframe === 'hourly' ? MINUTE : HOUR;
  const start = now - lengths[timeframe];
  // `to` is exclusive, and an action of this very millisecond counts.
  return { from: start - (start % grain), to: now + 1 };
}

/** The span as a range of ids, which is what the tables are partitioned by: `id >= lowest AND id < above`. */
export const idRange = ({ from, to }: Span): { lowest: string; above: string } => ({
  lowest: lowestUuidAt(from),
  above: lowestUuidAt(to),
});
