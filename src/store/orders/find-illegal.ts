import { MOST_EVENTS } from './kept-facts.js';
import type { OrderEventType } from './order-event.js';
import { earliest, isBefore, type LifeEvent, type OrderLife } from './order-life.js';
import { NO_CURRENCY, type OrderMoney, toUnits } from './order-money.js';

/** What may not happen to an order, and did. An order has each code once at most, with all the events that show it. */
export interface Illegal {
  code: IllegalCode;
  detail: string;
  event_ids: string[];
}

interface Finding {
  detail: string;
  events: readonly LifeEvent[];
}

type Rule = (life: OrderLife, money: OrderMoney) => Finding | undefined;

const finding = (events: readonly LifeEvent[], detail: string): Finding | undefined =>
  events.length > 0 ? { detail, events } : undefined;

/** What moves an order towards its delivery. */
const progress: readonly OrderEventType[] = [
  'order_accepted',
  'order_preparing',
  'order_ready',
  'courier_assigned',
  'order_picked_up',
  'order_delivered',
];

/** Where an order ends: whichever came first. */
export const endOf = (life: OrderLife): LifeEvent | undefined =>
  earliest(life.first('order_delivered'), life.first('order_rejected'), life.first('order_cancelled'));

/**
 * The rules. They speak of what is there, and of a stage's first report only, so an ordinary life breaks none: preparing, ready and
 * courier_assigned may be left out, anything may be reported twice, couriers may be changed, and what is cancelled is paid back.
 */
const rules = {
  /** What is delivered was picked up before. */
  delivered_without_pickup(life) {
    const delivered = life.first('order_delivered');
    const pickedUp = life.first('order_picked_up');
    if (!delivered || isBefore(pickedUp, delivered)) return undefined;
    return pickedUp
      ? finding([delivered, pickedUp], 'Delivered before it was picked up.')
      : finding([delivered], 'Delivered, and never picked up.');
  },

  /** Nothing moves on after a rejection, a cancellation or the delivery. A pickup after the delivery is the rule above. */
  progress_after_end(life) {
    const end = endOf(life);
    if (!end) return undefined;
    const late = progress
      .map((type) => life.first(type))
      .filter((event) => event !== undefined)
      .filter((event) => event !== end && isBefore(end, event))
      .filter(({ event_type }) => end.event_type !== 'order_delivered' || event_type !== 'order_picked_up');
    return finding(late, `Went on (${late.map(typeOf).join(', ')}) after ${typeOf(end)}.`);
  },

  /** What was delivered cannot be cancelled any more. */
  cancelled_after_delivery(life) {
    const cancelled = life.first('order_cancelled');
    if (!cancelled || !isBefore(life.first('order_delivered'), cancelled)) return undefined;
    return finding([cancelled], 'Cancelled after it was delivered.');
  },

  /** A restaurant answers once: what it has accepted it can cancel, not reject. */
  rejected_after_acceptance(life) {
    const rejected = life.first('order_rejected');
    const taken = earliest(...progress.map((type) => life.first(type)));
    if (!rejected || !isBefore(taken, rejected)) return undefined;
    return finding([rejected], `Rejected after ${typeOf(taken)}.`);
  },

  /**
   * An order is paid once. A second capture is right only as another payment's (each names its own payment_id), and together they may not be more
   * than the order, its delivery and its tip cost, as far as that is known.
   */
  captured_twice(life, { sums, currency }) {
    const captures = life.all('payment_captured');
    if (captures.length < 2) return undefined;
    const payments = new Set(captures.map(({ payment_id }) => payment_id));
    const split = payments.size === captures.length && !payments.has(undefined);
    const money = sums.get(currency ?? NO_CURRENCY) ?? {};
    const cost =
      money.placed === undefined
        ? Number.POSITIVE_INFINITY
        : money.placed + (money.delivery_fee ?? 0) + (money.tip ?? 0);
    if (split && (money.captured ?? 0) <= cost) return undefined;
    return finding(captures, `Captured ${captures.length} times.`);
  },

  /** A delivery closes an order; only a dispute opens it again, and then money may go back. */
  refund_after_close(life) {
    const late = refundsAfterClose(life);
    return finding(late, 'Refunded after the delivery, without a dispute.');
  },

  /** No more goes back than came in. A refund that is illegal by the rule above already is not counted here. */
  refund_exceeds_capture(life, { currency }) {
    const late = refundsAfterClose(life);
    const refunds = life.all('payment_refunded').filter((refund) => !late.includes(refund));
    if (refunds.length === 0) return undefined;
    const captures = life.all('payment_captured');
    if (captures.length === 0) return finding(refunds, 'Refunded, and nothing was captured.');
    // A capture that does not say how much, of an order that does not either, may have been any amount.
    const placed = life.first('order_placed')?.amount;
    if (placed === undefined && captures.some(({ amount }) => amount === undefined)) return undefined;
    const inCurrency = (event: LifeEvent) => (event.currency ?? currency) === currency;
    const sum = (events: readonly LifeEvent[], otherwise: number) =>
      events.filter(inCurrency).reduce((units, { amount }) => units + toUnits(amount ?? otherwise), 0);
    if (sum(refunds, 0) <= sum(captures, placed ?? 0)) return undefined;
    return finding(refunds, 'More was refunded than captured.');
  },

  /** One courier picks an order up; another may only after being assigned in between. */
  picked_up_twice(life) {
    const [first, ...later] = life
      .all('order_picked_up')
      .filter(({ courier_id }) => courier_id !== undefined);
    if (!first) return undefined;
    const others = later.filter(
      (pickup) => pickup.courier_id !== first.courier_id && !wasAssigned(life, first, pickup),
    );
    return others.length > 0
      ? finding([first, ...others], 'Picked up by two couriers, without a handover.')
      : undefined;
  },

  /** Who delivers has picked up, or was assigned after the pickup. */
  delivered_by_other_courier(life) {
    const delivered = life.first('order_delivered');
    const pickups = life.all('order_picked_up').filter((pickup) => delivered && isBefore(pickup, delivered));
    const [first] = pickups;
    if (!delivered?.courier_id || !first) return undefined;
    if (pickups.some(({ courier_id }) => courier_id === undefined || courier_id === delivered.courier_id))
      return undefined;
    if (wasAssigned(life, first, delivered)) return undefined;
    return finding([...pickups, delivered], 'Delivered by a courier who did not pick it up.');
  },

  /** No order has this many events; later ones are not counted. */
  too_many_events(life) {
    if (life.events.length < MOST_EVENTS) return undefined;
    return finding(life.events.slice(0, 1), `Has ${MOST_EVENTS} events or more; not all are counted.`);
  },
} satisfies Record<string, Rule>;

export type IllegalCode = keyof typeof rules;
export const illegalCodes = Object.keys(rules) as [IllegalCode, ...IllegalCode[]];

/** What is illegal in a life, by the rules, each code once. */
export function findIllegal(life: OrderLife, money: OrderMoney): Illegal[] {
  return illegalCodes.flatMap((code) => {
    const found = (rules[code] as Rule)(life, money);
    return found ? [{ code, detail: found.detail, event_ids: found.events.map(({ id }) => id) }] : [];
  });
}

function refundsAfterClose(life: OrderLife): LifeEvent[] {
  const delivered = life.first('order_delivered');
  const dispute = life.first('dispute_opened');
  return life
    .all('payment_refunded')
    .filter((refund) => isBefore(delivered, refund) && !isBefore(dispute, refund));
}

/** True where the courier whom `of` names was assigned between two events. */
const wasAssigned = (life: OrderLife, after: LifeEvent, of: LifeEvent): boolean =>
  life
    .all('courier_assigned')
    .some((event) => event.courier_id === of.courier_id && isBefore(after, event) && isBefore(event, of));

const typeOf = (event: LifeEvent | undefined): string => event?.event_type ?? '';
