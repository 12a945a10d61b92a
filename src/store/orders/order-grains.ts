/** A span of time in Unix ms: `from` inclusive, `to` exclusive. */
export interface Span {
  from: number;
  to: number;
}

/** A run of buckets of one grain (seconds). */
export interface OrderRun extends Span {
  grain: number;
}

/**
 * The sizes of the buckets of orders, in seconds, largest first. Weeks (from the epoch on, so they begin on Thursdays) are there for questions about
 * many keys: 90 days of 2,000 restaurants are 180,000 days, and 25,000 weeks with the days at their ends.
 */
export const orderGrains = [604_800, 86_400, 3_600] as const;

/** Start (Unix ms) of the bucket that a time falls into. */
export const orderBucket = (grain: number, unixMs: number): number =>
  Math.floor(unixMs / (grain * 1_000)) * grain * 1_000;

const HOUR_MS = 3_600_000;

/** The span widened to whole hours, which is what orders are counted by. */
export const wholeHours = ({ from, to }: Span): Span => ({
  from: Math.floor(from / HOUR_MS) * HOUR_MS,
  to: Math.ceil(to / HOUR_MS) * HOUR_MS,
});

/** The fewest buckets that together are a span of whole hours. */
export function coverOrders(span: Span, grains: readonly number[] = orderGrains): OrderRun[] {
  const [grain, ...finer] = grains;
  if (grain === undefined || span.from >= span.to) return [];
  const from = orderBucket(grain, span.from + grain * 1_000 - 1);
  const to = orderBucket(grain, span.to);
  if (from >= to) return coverOrders(span, finer);
  return [
    ...coverOrders({ from: span.from, to: from }, finer),
    { grain, from, to },
    ...coverOrders({ from: to, to: span.to }, finer),
  ];
}
