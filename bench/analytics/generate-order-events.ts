import { USERS } from './generate-actions.js';
import { MinutePlan } from './minute-plan.js';
import { Random, sampler, zipfWeights } from './random.js';
import { seededUuidV7 } from './text-ids.js';
import { weightOfMinute, weightOfSpan } from './week-shape.js';

const MINUTE = 60_000;
const RESTAURANTS = 3_000;
const COURIERS = 4_000;

export interface OrdersPlan {
  seed: number;
  /** Unix ms; orders begin within it, and what would happen after it has not happened yet. */
  from: number;
  to: number;
  orders: number;
}

/** One minute's rows as COPY reads them (text format), ids ascending. */
export interface MinuteOfEvents {
  /** Unix ms. */
  minute: number;
  rows: number;
  business_events: string;
}

export const eventColumns =
  'id, event_type, entity_type, entity_id, event_data, triggered_by, timestamp, received_at, ip_address, identity, order_id';

interface Order {
  order_id: string;
  payment_id: string;
  customer: string;
  restaurant: string;
  courier: string;
  amount: string;
}

interface Step {
  order: Order;
  event_type: string;
  time: number;
}

/**
 * The life of orders, nine events each for nine in ten: placed, authorised, accepted, preparing, ready, courier assigned, picked up, delivered, captured.
 * 3 % are rejected, 5 % cancelled at some stage, 2 % refunded; 1 in 500 is delivered without a pickup, which the projection must call illegal.
 */
export function* generateOrderEvents({ seed, from, to, orders }: OrdersPlan): Generator<MinuteOfEvents> {
  const random = new Random(seed);
  const drawCustomer = sampler(zipfWeights(USERS, 0.85, 30));
  const drawRestaurant = sampler(zipfWeights(RESTAURANTS, 0.7, 20));
  const drawCourier = sampler(zipfWeights(COURIERS, 0.5, 20));
  const plan = new MinutePlan<Step>();
  const weight = weightOfSpan(from, to);
  let begun = 0;
  let due = 0;
  let before = 0;
  const last = Math.floor((to - 1) / MINUTE);
  for (let minute = Math.floor(from / MINUTE); minute <= last; minute += 1) {
    due += (orders * weightOfMinute(minute * MINUTE)) / weight;
    for (; begun < orders && (begun < due || minute === last); begun += 1) {
      const order = {
        order_id: `o_${begun + 1}`,
        payment_id: `p_${begun + 1}`,
        customer: `u_${drawCustomer(random)}`,
        restaurant: `r_${drawRestaurant(random) + 1}`,
        courier: `k_${drawCourier(random) + 1}`,
        amount: (random.between(1_600, 24_000) / 20).toFixed(2),
      };
      const start = Math.max(from, minute * MINUTE);
      const placed = start + random.below(Math.min(to, (minute + 1) * MINUTE) - start);
      for (const [event_type, after] of lifeOf(random)) {
        const time = placed + after;
        if (time < to) plan.add(Math.floor(time / MINUTE), { order, event_type, time });
      }
    }
    const steps = plan.take(minute).sort((a, b) => a.time - b.time);
    const made: MinuteOfEvents = { minute: minute * MINUTE, rows: steps.length, business_events: '' };
    for (const step of steps) {
      before = Math.max(before + 1, step.time);
      made.business_events += lineOf(random, step, before);
    }
    yield made;
  }
}

/** Event types and the ms after the placing at which they come. */
function lifeOf(random: Random): [event_type: string, after: number][] {
  let at = 0;
  const after = (median: number): number => {
    at += Math.round(random.logNormal(median, 0.5));
    return at;
  };
  const life: [string, number][] = [
    ['order_placed', 0],
    ['payment_authorized', after(2_000)],
  ];
  const fate = random.next();
  if (fate < 0.03) return [...life, ['order_rejected', after(90_000)]];
  life.push(
    ['order_accepted', after(60_000)],
    ['order_preparing', after(2 * MINUTE)],
    ['order_ready', after(14 * MINUTE)],
    ['courier_assigned', after(MINUTE)],
    ['order_picked_up', after(4 * MINUTE)],
    ['order_delivered', after(13 * MINUTE)],
    ['payment_captured', after(3_000)],
  );
  if (fate < 0.08) {
    const kept = life.slice(0, random.between(2, 6));
    return [...kept, ['order_cancelled', (kept.at(-1)?.[1] ?? 0) + random.between(5_000, 300_000)]];
  }
  if (fate < 0.1) life.push(['payment_refunded', after(3 * 60 * MINUTE)]);
  return fate > 0.998 ? life.filter(([type]) => type !== 'order_picked_up') : life;
}

function lineOf(random: Random, { order, event_type }: Step, time: number): string {
  const payment = event_type.startsWith('payment_');
  const entity = payment ? `payment\t${order.payment_id}` : `order\t${order.order_id}`;
  const at = new Date(time).toISOString();
  const received = new Date(time + random.between(20, 300)).toISOString();
  return `${seededUuidV7(time, random)}\t${event_type}\t${entity}\t${dataOf(order, event_type)}\t${actorOf(order, event_type)}\t${at}\t${received}\t10.0.4.${random.between(1, 254)}\tservice\t${order.order_id}\n`;
}

function dataOf(
  { order_id, customer, restaurant, courier, amount, payment_id }: Order,
  eventType: string,
): string {
  switch (eventType) {
    case 'order_placed':
      return `{"order_id":"${order_id}","customer_id":"${customer}","restaurant_id":"${restaurant}","amount":${amount},"currency":"TRY","items":[{"id":"m_17","quantity":2},{"id":"m_204","quantity":1}]}`;
    case 'payment_authorized':
    case 'payment_captured':
    case 'payment_refunded':
      return `{"order_id":"${order_id}","payment_id":"${payment_id}","amount":${amount},"currency":"TRY","method":"credit"}`;
    case 'order_rejected':
    case 'order_cancelled':
      return `{"order_id":"${order_id}","restaurant_id":"${restaurant}","reason":"out of stock"}`;
    case 'courier_assigned':
    case 'order_picked_up':
    case 'order_delivered':
      return `{"order_id":"${order_id}","restaurant_id":"${restaurant}","courier_id":"${courier}"}`;
    default:
      return `{"order_id":"${order_id}","restaurant_id":"${restaurant}"}`;
  }
}

function actorOf({ customer, restaurant, courier }: Order, eventType: string): string {
  if (eventType === 'order_placed' || eventType === 'order_cancelled') return customer;
  if (eventType.startsWith('payment_')) return 'paymentService';
  return eventType === 'order_picked_up' || eventType === 'order_delivered' ? courier : restaurant;
}
