import { HOUR_MS } from '../../store/orders/order-contribution.js';
import { type OrderDelta, readTallyKey, type Tally } from '../../store/orders/order-delta.js';
import type { OrderRun, Span } from '../../store/orders/order-grains.js';
import { timeText } from '../../store/upsert.js';

/** What waits to be folded, of one hour, restaurant and courier. */
export interface OrderRest {
  /** Unix ms of the hour's start. */
  hour: number;
  restaurant: string | null;
  courier: string | null;
  tally: Tally;
}

/** What is not folded yet of a span of whole hours. */
export function orderRestOf(delta: OrderDelta | undefined, { from, to }: Span): OrderRest[] {
  return Object.entries(delta?.tallies ?? {}).flatMap(([key, tally]) => {
    const [number, restaurant, courier] = readTallyKey(key);
    const hour = number * HOUR_MS;
    // Copied: what waits grows, and all figures of an answer are of one moment.
    return hour >= from && hour < to ? [{ hour, restaurant, courier, tally: { ...tally } }] : [];
  });
}

/** Runs as three parameters, for `unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) AS run (grain, starts, ends)`. */
export const orderRunArrays = (
  runs: readonly OrderRun[],
): [grains: number[], starts: string[], ends: string[]] => [
  runs.map((run) => run.grain),
  runs.map((run) => timeText(run.from)),
  runs.map((run) => timeText(run.to)),
];
