import { endOf, findIllegal, type Illegal } from './find-illegal.js';
import type { FactsById } from './kept-facts.js';
import { type OrderEventType, type OrderFacts, orderEventLetters } from './order-event.js';
import { believed, type LifeEvent, OrderLife } from './order-life.js';
import { fromUnits, type Money, moneyOf, NO_CURRENCY } from './order-money.js';

export const orderStates = [
  'unknown',
  'placed',
  'accepted',
  'preparing',
  'ready',
  'picked_up',
  'delivered',
  'rejected',
  'cancelled',
] as const;
export type OrderState = (typeof orderStates)[number];

/** When each stage was first reported: columns of `orders`, each with its event. */
export const stageEvents = {
  placed_at: 'order_placed',
  accepted_at: 'order_accepted',
  preparing_at: 'order_preparing',
  ready_at: 'order_ready',
  courier_assigned_at: 'courier_assigned',
  picked_up_at: 'order_picked_up',
  delivered_at: 'order_delivered',
  rejected_at: 'order_rejected',
  cancelled_at: 'order_cancelled',
} as const satisfies Record<string, OrderEventType>;
export type StageTime = keyof typeof stageEvents;
export const stageTimes = Object.keys(stageEvents) as StageTime[];

/** An order as its events tell it. Times are Unix ms. */
export interface Order extends Record<StageTime, number | undefined> {
  state: OrderState;
  state_since: number;
  customer_id: string | undefined;
  restaurant_id: string | undefined;
  courier_id: string | undefined;
  currency: string | undefined;
  amount: number | undefined;
  captured: number;
  refunded: number;
  first_at: number;
  last_at: number;
  illegal: Illegal[];
  /** All of its money, by currency; captured and refunded above are of the order's own. */
  money: Money;
  /** A letter an event, in the order of time. */
  path: string;
}

/** Letters of a path; an ordinary life has 8 to 20. */
const LONGEST_PATH = 32;

/**
 * An order is a function of the SET of its events: never of the sequence in which they came, nor of how often one came. An event's time is
 * the time in its id. Undefined without events.
 */
export function projectOrder(facts: FactsById): Order | undefined {
  const life = new OrderLife(facts);
  const first = life.events[0];
  const last = life.events.at(-1);
  if (!first || !last) return undefined;
  const money = moneyOf(life);
  const own = money.sums.get(money.currency ?? NO_CURRENCY) ?? {};
  const times = Object.fromEntries(
    stageTimes.map((stage) => [stage, life.first(stageEvents[stage])?.at]),
  ) as Record<StageTime, number | undefined>;
  const [state, since] = stateOf(life, first);
  return {
    ...times,
    state,
    state_since: since.at,
    customer_id: earliestNamed(life.events, 'customer_id'),
    restaurant_id: earliestNamed(life.events, 'restaurant_id'),
    courier_id: courierOf(life),
    currency: money.currency,
    amount: own.placed === undefined ? undefined : fromUnits(own.placed),
    captured: fromUnits(own.captured ?? 0),
    refunded: fromUnits(own.refunded ?? 0),
    first_at: first.at,
    last_at: last.at,
    illegal: findIllegal(life, money),
    money: money.sums,
    path: pathOf(life.events),
  };
}

const endStates = {
  order_delivered: 'delivered',
  order_rejected: 'rejected',
  order_cancelled: 'cancelled',
} as const satisfies Partial<Record<OrderEventType, OrderState>>;

/** Furthest first. */
const progressStates = [
  ['order_picked_up', 'picked_up'],
  ['order_ready', 'ready'],
  ['order_preparing', 'preparing'],
  ['order_accepted', 'accepted'],
  ['order_placed', 'placed'],
] as const satisfies readonly (readonly [OrderEventType, OrderState])[];

/** The first end there was, whatever is said to have come after; else the furthest stage; else unknown, and since when. */
function stateOf(life: OrderLife, first: LifeEvent): [OrderState, LifeEvent] {
  const end = endOf(life);
  if (end) return [endStates[end.event_type as keyof typeof endStates], end];
  for (const [type, state] of progressStates) {
    const event = life.first(type);
    if (event) return [state, event];
  }
  return ['unknown', first];
}

type Party = 'customer_id' | 'restaurant_id' | 'courier_id';

const naming = (events: readonly LifeEvent[], party: Party) =>
  believed(events.filter((event: OrderFacts) => event[party] !== undefined));

const earliestNamed = (events: readonly LifeEvent[], party: Party) => naming(events, party)[0]?.[party];

/** The courier assigned last; where none was, the one named last. */
const courierOf = (life: OrderLife) =>
  (naming(life.all('courier_assigned'), 'courier_id').at(-1) ?? naming(life.events, 'courier_id').at(-1))
    ?.courier_id;

/** Two of a kind in a row are one: reports that came twice must not make a path of their own. */
function pathOf(events: readonly LifeEvent[]): string {
  let path = '';
  for (const { event_type } of events) {
    const letter = orderEventLetters[event_type];
    if (!path.endsWith(letter)) path += letter;
    if (path.length === LONGEST_PATH) break;
  }
  return path;
}
