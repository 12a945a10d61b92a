import { HOUR_MS } from '../../store/orders/order-contribution.js';
import { type OrderDelta, readTallyKey, type Tally } from '../../store/orders/order-delta.js';
import { OrderFigures } from '../../store/orders/order-figures.js';
import type { Span } from '../../store/orders/order-grains.js';

/** Whose orders, beside everybody's. */
export type PartyDimension = 'restaurant' | 'courier';

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

/** Figures by group with what waits added. What was added up is shared, so groups that something waits for are copied. */
export function withRest<Group>(
  sum: ReadonlyMap<Group, OrderFigures>,
  rest: readonly OrderRest[],
  groupOf: (rest: OrderRest) => Group | null,
): Map<Group, OrderFigures> {
  const figures = new Map(sum);
  for (const waiting of rest) {
    const group = groupOf(waiting);
    if (group === null) continue;
    const held = figures.get(group);
    const own = held && held === sum.get(group) ? held.copy() : (held ?? new OrderFigures());
    own.addTally(waiting.tally);
    figures.set(group, own);
  }
  return figures;
}
