import type { OrderEvent, OrderFacts } from './order-event.js';

/** Facts by event id, as `orders.events` holds them. */
export type FactsById = Readonly<Record<string, OrderFacts>>;

/**
 * Events that one order's row keeps. An ordinary life has 8 to 20, so this many is no order but somebody who sends without end, and the row,
 * written anew for each event, must not grow with them: 200 take 30 kB. The row says so (`too_many_events`).
 */
export const MOST_EVENTS = 200;

/**
 * The facts of an order with some more. Beyond {@link MOST_EVENTS} the services' earliest are kept, then people's earliest: which ones that are
 * does not depend on the sequence in which they came, and nobody with a token can push out what services said.
 */
export function withEvents(kept: FactsById, events: readonly OrderEvent[]): FactsById {
  const facts: Record<string, OrderFacts> = { ...kept };
  for (const { id, order_id: _, ...rest } of events) facts[id] ??= rest;
  const all = Object.entries(facts);
  if (all.length <= MOST_EVENTS) return facts;
  const rank = ({ by_service }: OrderFacts) => (by_service ? 0 : 1);
  all.sort(([a, factsA], [b, factsB]) => rank(factsA) - rank(factsB) || (a < b ? -1 : 1));
  return Object.fromEntries(all.slice(0, MOST_EVENTS));
}
