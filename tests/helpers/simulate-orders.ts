import { v7 as uuidV7 } from 'uuid';

/** A business event as a service sends it. */
export interface SimulatedEvent {
  id: string;
  event_type: string;
  entity_type: string;
  entity_id: string;
  event_data: Record<string, unknown>;
}

/** One order whose events and whose truth were made together: nothing of it is computed from the events. */
export interface SimulatedOrder {
  order_id: string;
  /** In the order of time. */
  events: SimulatedEvent[];
  truth: {
    state: string;
    state_since: number;
    first_at: number;
    last_at: number;
    customer_id: string;
    restaurant_id: string;
    courier_id: string | undefined;
    amount: number;
    captured: number;
    refunded: number;
    delivery_fee: number;
    tip: number;
    /** First time by event type. */
    times: Record<string, number>;
    illegal: string[];
    /** How many of placed, accepted, ready, picked_up, delivered it reached. */
    reached: number;
  };
}

/** Small, fast, seeded: mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Simulation {
  orders: number;
  seed: number;
  /** Unix ms within which orders are placed. */
  from: number;
  to: number;
  restaurants?: number;
  couriers?: number;
  customers?: number;
  /** Which share of the orders has something illegal planted. */
  illegal?: number;
}

/** What can be planted, one to an order. */
export const plants = [
  'delivered_without_pickup',
  'progress_after_end',
  'cancelled_after_delivery',
  'rejected_after_acceptance',
  'captured_twice',
  'refund_after_close',
  'refund_exceeds_capture',
  'picked_up_twice',
  'delivered_by_other_courier',
] as const;
export type Plant = (typeof plants)[number];

/** Lives of orders, as varied as those of a real platform: preparing and ready left out, reports that come twice, couriers that change. */
export function simulateOrders(simulation: Simulation): SimulatedOrder[] {
  const random = randomFrom(simulation.seed);
  return Array.from({ length: simulation.orders }, (_, index) => {
    const plant =
      random() < (simulation.illegal ?? 0) ? plants[Math.floor(random() * plants.length)] : undefined;
    return simulateOrder(`o_${simulation.seed}_${index}`, random, simulation, plant);
  });
}

export function simulateOrder(
  order_id: string,
  random: () => number,
  { from, to, restaurants = 40, couriers = 60, customers = 500 }: Omit<Simulation, 'orders' | 'seed'>,
  plant?: Plant,
): SimulatedOrder {
  const chance = (share: number) => random() < share;
  const pick = (prefix: string, many: number) => `${prefix}_${Math.floor(random() * many)}`;
  const minutes = (low: number, high: number) => Math.round((low + random() * (high - low)) * 60_000) + 1;
  const customer_id = pick('c', customers);
  const restaurant_id = pick('r', restaurants);
  const [first, second] = [pick('d', couriers), 'd_second'];
  const amount = Math.round(5_000 + random() * 50_000) / 100;
  const payment_id = `p_${order_id}`;

  let now = Math.floor(from + random() * (to - from));
  const events: SimulatedEvent[] = [];
  const times: Record<string, number> = {};
  const send = (event_type: string, data: Record<string, unknown> = {}, wait = 0) => {
    now += wait;
    times[event_type] ??= now;
    const about = event_type.startsWith('payment')
      ? { entity_type: 'payment', entity_id: payment_id, event_data: { ...data, order_id, payment_id } }
      : { entity_type: 'order', entity_id: order_id, event_data: data };
    events.push({ id: uuidV7({ msecs: now }), event_type, ...about });
    // Two events of one millisecond would be sorted by chance.
    now += 1;
  };
  const truth: SimulatedOrder['truth'] = {
    state: 'placed',
    state_since: now,
    first_at: now,
    last_at: now,
    customer_id,
    restaurant_id,
    courier_id: undefined,
    amount,
    captured: 0,
    refunded: 0,
    delivery_fee: 0,
    tip: 0,
    times,
    illegal: plant ? [plant] : [],
    reached: 1,
  };
  const enter = (state: string, stage: number, type: string) => {
    truth.state = state;
    truth.state_since = times[type] ?? Number.NaN;
    truth.reached = Math.max(truth.reached, stage);
  };
  const capture = (part = amount) => {
    send('payment_captured', { amount: part, currency: 'TRY' }, minutes(0, 1));
    truth.captured += part;
  };
  const refund = (part: number) => {
    send('payment_refunded', { amount: part, currency: 'TRY' }, minutes(0, 60));
    truth.refunded += part;
  };
  const finish = (): SimulatedOrder => {
    truth.last_at = now - 1;
    return { order_id, events, truth };
  };
  const cancel = () => {
    send('order_cancelled', { reason: 'changed my mind' }, minutes(0, 5));
    truth.state = 'cancelled';
    truth.state_since = now - 1;
    if (truth.captured > 0) refund(truth.captured);
    return finish();
  };
  /** A planted order goes on to where its illegality needs it. */
  const stops = (share: number) => plant === undefined && chance(share);

  send('order_placed', { customer_id, restaurant_id, amount, currency: 'TRY' });
  if (chance(0.05)) send('payment_failed', { reason: 'declined' }, minutes(0, 1));
  send('payment_authorized', { amount, currency: 'TRY' }, minutes(0, 1));
  if (stops(0.04)) return finish();
  if (stops(0.04)) return cancel();
  if (stops(0.04)) {
    send('order_rejected', { restaurant_id, reason: 'closed' }, minutes(1, 5));
    enter('rejected', 1, 'order_rejected');
    return finish();
  }
  send('order_accepted', { restaurant_id }, minutes(1, 6));
  enter('accepted', 2, 'order_accepted');
  if (plant === 'rejected_after_acceptance') {
    send('order_rejected', { restaurant_id }, minutes(1, 3));
    enter('rejected', 1, 'order_rejected');
    truth.reached = 1;
    return finish();
  }
  if (plant === 'captured_twice') {
    capture();
    capture();
  } else capture();
  if (plant === 'refund_exceeds_capture') {
    cancel();
    refund(25);
    return finish();
  }
  if (plant === 'progress_after_end') {
    cancel();
    send('order_ready', {}, minutes(1, 4));
    return finish();
  }
  if (stops(0.03)) return cancel();
  if (chance(0.7)) {
    send('order_preparing', {}, minutes(0, 3));
    enter('preparing', 2, 'order_preparing');
  }
  truth.courier_id = first;
  send('courier_assigned', { courier_id: first }, minutes(1, 5));
  if (chance(0.1)) {
    truth.courier_id = second;
    send('courier_assigned', { courier_id: second }, minutes(1, 5));
  }
  if (stops(0.02)) return cancel();
  if (chance(0.9)) {
    send('order_ready', {}, minutes(5, 25));
    enter('ready', 3, 'order_ready');
    // Reported again by another service.
    if (chance(0.1)) send('order_ready', {}, minutes(0, 1));
  }
  if (stops(0.02)) return cancel();
  if (plant !== 'delivered_without_pickup') {
    send('order_picked_up', { courier_id: truth.courier_id }, minutes(1, 12));
    enter('picked_up', 4, 'order_picked_up');
  }
  if (plant === 'picked_up_twice') {
    send('order_picked_up', { courier_id: 'd_thief' }, minutes(1, 2));
  } else if (stops(0.02)) {
    // A handover after an accident.
    truth.courier_id = 'd_rescue';
    send('courier_assigned', { courier_id: 'd_rescue' }, minutes(1, 5));
    send('order_picked_up', { courier_id: 'd_rescue' }, minutes(1, 5));
  }
  if (stops(0.01)) return cancel();
  truth.delivery_fee = 20;
  truth.tip = chance(0.3) ? 12.5 : 0;
  const deliverer = plant === 'delivered_by_other_courier' ? 'd_other' : truth.courier_id;
  const tip = truth.tip > 0 ? { tip: truth.tip } : {};
  send('order_delivered', { courier_id: deliverer, delivery_fee: 20, ...tip }, minutes(5, 40));
  enter('delivered', 5, 'order_delivered');
  if (plant === 'cancelled_after_delivery') send('order_cancelled', {}, minutes(1, 9));
  if (plant === 'refund_after_close') refund(10);
  else if (stops(0.03)) {
    send('dispute_opened', { reason: 'cold' }, minutes(5, 60));
    refund(5);
    send('dispute_resolved', { resolution: 'paid back' }, minutes(5, 60));
  }
  if (chance(0.2)) send('review_submitted', { rating: 4 }, minutes(5, 90));
  return finish();
}

/** In place, by Fisher and Yates. */
export function shuffle<T>(list: T[], random: () => number): T[] {
  for (let index = list.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    const [a, b] = [list[index], list[other]];
    list[index] = b as T;
    list[other] = a as T;
  }
  return list;
}
