import { timeOfUuidV7 } from '../uuid-v7.js';
import type { FactsById } from './kept-facts.js';
import type { OrderEventType, OrderFacts } from './order-event.js';

/** One event of a life: `at` is the time in its id, in Unix ms. */
export interface LifeEvent extends OrderFacts {
  id: string;
  at: number;
}

/** An order's events in the order of their times (ties by id), whatever the order in which they came. */
export class OrderLife {
  readonly events: readonly LifeEvent[];
  readonly #byType = new Map<OrderEventType, LifeEvent[]>();

  constructor(facts: FactsById) {
    this.events = Object.entries(facts)
      .map(([id, rest]) => ({ id, at: timeOfUuidV7(id), ...rest }))
      .sort(byTime);
    for (const event of this.events) {
      const ofType = this.#byType.get(event.event_type);
      if (ofType) ofType.push(event);
      else this.#byType.set(event.event_type, [event]);
    }
  }

  all(type: OrderEventType): readonly LifeEvent[] {
    return this.#byType.get(type) ?? [];
  }

  /** The first of a type counts: a second one, under an id of its own, reports the same again. */
  first(type: OrderEventType): LifeEvent | undefined {
    return this.#byType.get(type)?.[0];
  }
}

/** A UUIDv7's text sorts by its time. */
export const byTime = (a: { id: string }, b: { id: string }): number =>
  a.id < b.id ? -1 : a.id > b.id ? 1 : 0;

/** True where `a` came before `b`. */
export const isBefore = (a: LifeEvent | undefined, b: LifeEvent): boolean =>
  a !== undefined && byTime(a, b) < 0;

/** The first of some events; undefined ones are not there. */
export const earliest = (...events: (LifeEvent | undefined)[]): LifeEvent | undefined =>
  events.filter((event) => event !== undefined).sort(byTime)[0];

/** Who names something is believed if it is a service; people are heard only where no service spoke. */
export function believed(events: readonly LifeEvent[]): readonly LifeEvent[] {
  const services = events.filter(({ by_service }) => by_service);
  return services.length > 0 ? services : events;
}
