import { isDeepStrictEqual } from 'node:util';
import { v7 as uuidV7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { MOST_EVENTS, withEvents } from '../../../src/store/orders/kept-facts.js';
import { tallyOf } from '../../../src/store/orders/order-contribution.js';
import type { OrderEvent, OrderEventType } from '../../../src/store/orders/order-event.js';
import { projectOrder } from '../../../src/store/orders/project-order.js';
import { orderEventOf } from '../../helpers/order-event.js';
import {
  plants,
  randomFrom,
  type SimulatedOrder,
  shuffle,
  simulateOrder,
  simulateOrders,
} from '../../helpers/simulate-orders.js';

const FROM = Date.UTC(2026, 9, 1);
const TO = Date.UTC(2026, 9, 8);

const project = (events: readonly OrderEvent[]) => {
  const order = projectOrder(withEvents({}, events));
  if (!order) throw new Error('no order');
  return order;
};

/** What the order is, in the shape of the simulator's truth. */
function shown(events: readonly OrderEvent[]) {
  const order = project(events);
  const units = (name: 'delivery_fee' | 'tip') => (order.money.get('TRY')?.[name] ?? 0) / 10_000;
  const stages = {
    order_placed: order.placed_at,
    order_accepted: order.accepted_at,
    order_preparing: order.preparing_at,
    order_ready: order.ready_at,
    courier_assigned: order.courier_assigned_at,
    order_picked_up: order.picked_up_at,
    order_delivered: order.delivered_at,
    order_rejected: order.rejected_at,
    order_cancelled: order.cancelled_at,
  };
  const { placed = 0, accepted = 0, ready = 0, picked_up = 0, delivered = 0 } = tallyOf(order);
  return {
    state: order.state,
    state_since: order.state_since,
    first_at: order.first_at,
    last_at: order.last_at,
    customer_id: order.customer_id,
    restaurant_id: order.restaurant_id,
    courier_id: order.courier_id,
    amount: order.amount,
    captured: order.captured,
    refunded: order.refunded,
    delivery_fee: units('delivery_fee'),
    tip: units('tip'),
    times: Object.fromEntries(Object.entries(stages).filter(([, at]) => at !== undefined)),
    illegal: order.illegal.map(({ code }) => code),
    reached: placed + accepted + ready + picked_up + delivered,
  };
}

function expected({ truth }: SimulatedOrder) {
  const times = Object.entries(truth.times).filter(([type]) => /^order_|^courier_/.test(type));
  const round = (amount: number) => Math.round(amount * 10_000) / 10_000;
  return {
    ...truth,
    captured: round(truth.captured),
    refunded: round(truth.refunded),
    times: Object.fromEntries(times),
  };
}

describe('an order', () => {
  it('is what its life was, however its events are shuffled and repeated: 10,000 lives', () => {
    const random = randomFrom(7);
    for (const order of simulateOrders({ orders: 10_000, seed: 1, from: FROM, to: TO, illegal: 0.1 })) {
      const events = order.events.map(orderEventOf);
      const repeated = events.filter(() => random() < 0.3);
      const found = shown(shuffle([...events, ...repeated], random));
      // `expect` takes longer than all the rest; it is asked to say what differs.
      if (!isDeepStrictEqual(found, expected(order))) expect(found).toEqual(expected(order));
    }
    expect.assertions(0);
  }, 30_000);

  it('is the same after each event as if only those had ever been', () => {
    const random = randomFrom(8);
    for (const order of simulateOrders({ orders: 200, seed: 2, from: FROM, to: TO, illegal: 0.5 })) {
      const events = shuffle(order.events.map(orderEventOf), random);
      let facts = {};
      for (const [index, event] of events.entries()) {
        facts = withEvents(facts, [event]);
        const sorted = events.slice(0, index + 1).sort((a, b) => (a.id < b.id ? -1 : 1));
        expect(projectOrder(facts)).toEqual(project(sorted));
      }
    }
  });

  it('has no end of events: a flood leaves a bounded row, the same in any sequence, with what services said', () => {
    const random = randomFrom(9);
    const [order] = simulateOrders({ orders: 1, seed: 3, from: FROM, to: TO });
    if (!order) throw new Error('no order');
    const real = order.events.map(orderEventOf);
    const flood = Array.from({ length: 2 * MOST_EVENTS }, (_, index): OrderEvent => {
      const id = uuidV7({ msecs: order.truth.first_at - 1_000 + index });
      return { id, order_id: order.order_id, event_type: 'order_cancelled', customer_id: 'mallory' };
    });
    const once = withEvents({}, [...flood, ...real]);
    let inParts = {};
    for (const event of shuffle([...flood, ...real], random)) inParts = withEvents(inParts, [event]);
    expect(inParts).toEqual(once);
    expect(Object.keys(once)).toHaveLength(MOST_EVENTS);
    expect(Object.keys(once)).toEqual(expect.arrayContaining(real.map(({ id }) => id)));
    expect(projectOrder(once)).toMatchObject({ customer_id: order.truth.customer_id });
    expect(projectOrder(once)?.illegal.map(({ code }) => code)).toContain('too_many_events');
  });

  it('is unknown while only its money is known, and nothing at all without events', () => {
    const at = FROM + 5;
    const paid = event('payment_authorized', at, { amount: 10, currency: 'EUR' });
    expect(project([paid])).toMatchObject({
      state: 'unknown',
      state_since: at,
      currency: 'EUR',
      amount: undefined,
      illegal: [],
    });
    expect(tallyOf(project([paid]))).toEqual({ orders: 1 });
    expect(projectOrder({})).toBeUndefined();
  });
});

let nextId = 0;
const event = (event_type: OrderEventType, at: number, facts: Partial<OrderEvent> = {}): OrderEvent => {
  nextId += 1;
  return { id: uuidV7({ msecs: at, seq: nextId }), order_id: 'o', event_type, ...facts };
};
const codes = (...events: OrderEvent[]) => project(events).illegal.map(({ code }) => code);

describe('parties', () => {
  const service = { by_service: true } as const;
  it('are whom services name, whatever people claim, and the courier is the one assigned last', () => {
    const events = [
      event('order_placed', FROM, { customer_id: 'mallory', restaurant_id: 'r_mallory' }),
      event('order_placed', FROM + 10, { customer_id: 'c', restaurant_id: 'r', ...service }),
      event('courier_assigned', FROM + 20, { courier_id: 'd_1', ...service }),
      event('courier_assigned', FROM + 30, { courier_id: 'd_2', ...service }),
      event('courier_assigned', FROM + 40, { courier_id: 'd_mallory' }),
      event('order_picked_up', FROM + 50, { courier_id: 'd_1', ...service }),
    ];
    expect(project(events)).toMatchObject({ customer_id: 'c', restaurant_id: 'r', courier_id: 'd_2' });
  });

  it('are whom people name where no service spoke', () => {
    const events = [
      event('order_placed', FROM, { customer_id: 'c_1' }),
      event('order_cancelled', FROM + 1, { customer_id: 'c_2' }),
      event('order_picked_up', FROM + 2, { courier_id: 'd' }),
    ];
    expect(project(events)).toMatchObject({ customer_id: 'c_1', courier_id: 'd' });
  });
});

describe('money', () => {
  it('that a capture or refund does not count is the amount placed, or what is left', () => {
    const placed = event('order_placed', FROM, { amount: 0.1, currency: 'KWD' });
    const captured = event('payment_captured', FROM + 1);
    const refunded = event('payment_refunded', FROM + 2, { amount: 0.025 });
    const rest = event('payment_refunded', FROM + 3);
    expect(project([placed, captured, refunded, rest])).toMatchObject({
      currency: 'KWD',
      amount: 0.1,
      captured: 0.1,
      refunded: 0.1,
      illegal: [],
    });
  });

  it('of another currency is counted apart', () => {
    const order = project([
      event('order_placed', FROM, { amount: 10, currency: 'EUR' }),
      event('payment_captured', FROM + 1, { amount: 11, currency: 'USD' }),
    ]);
    expect(order.captured).toBe(0);
    expect(Object.fromEntries(order.money)).toEqual({ EUR: { placed: 100_000 }, USD: { captured: 110_000 } });
  });
});

describe('what is illegal', () => {
  it.each(plants)('%s is found once where it is planted', (plant) => {
    for (let seed = 0; seed < 300; seed += 1) {
      const { events } = simulateOrder('o', randomFrom(seed), { from: FROM, to: TO }, plant);
      const { illegal } = project(shuffle(events.map(orderEventOf), randomFrom(seed)));
      expect([seed, illegal.map(({ code }) => code)]).toEqual([seed, [plant]]);
      expect(illegal[0]?.event_ids.length).toBeGreaterThan(0);
    }
  });

  it('is nothing in 10,000 ordinary lives, nor in any of their beginnings in time', () => {
    const found = simulateOrders({ orders: 10_000, seed: 5, from: FROM, to: TO }).flatMap(({ events }) =>
      codes(...events.map(orderEventOf)),
    );
    expect(found).toEqual([]);
    for (const { events } of simulateOrders({ orders: 500, seed: 6, from: FROM, to: TO })) {
      for (const end of events.keys()) found.push(...codes(...events.slice(0, end + 1).map(orderEventOf)));
    }
    expect(found).toEqual([]);
  }, 30_000);

  it('is not a payment in parts, as long as it is not more than the order costs', () => {
    const placed = event('order_placed', FROM, { amount: 100, currency: 'TRY' });
    const part = (amount: number, payment_id?: string) =>
      event('payment_captured', FROM + 1, { amount, ...(payment_id ? { payment_id } : {}) });
    expect(codes(placed, part(60, 'a'), part(40, 'b'))).toEqual([]);
    expect(codes(placed, part(60, 'a'), part(60, 'b'))).toEqual(['captured_twice']);
    expect(codes(placed, part(60, 'a'), part(40, 'a'))).toEqual(['captured_twice']);
    expect(codes(placed, part(60), part(40))).toEqual(['captured_twice']);
    const tipped = event('order_delivered', FROM + 3, { tip: 10, delivery_fee: 10 });
    const pickedUp = event('order_picked_up', FROM + 2);
    expect(codes(placed, part(100, 'a'), pickedUp, tipped, part(20, 'b'))).toEqual([]);
  });

  it('is a pickup that came only after the delivery: once, and not as progress too', () => {
    const delivered = event('order_delivered', FROM + 1);
    const pickedUp = event('order_picked_up', FROM + 2);
    expect(project([pickedUp, delivered]).illegal).toEqual([
      {
        code: 'delivered_without_pickup',
        detail: 'Delivered before it was picked up.',
        event_ids: [delivered.id, pickedUp.id],
      },
    ]);
  });

  it('goes away when the event that was missing arrives late', () => {
    const delivered = event('order_delivered', FROM + 2);
    expect(codes(delivered)).toEqual(['delivered_without_pickup']);
    expect(codes(delivered, event('order_picked_up', FROM + 1))).toEqual([]);
  });

  it('is a refund of what was never captured', () => {
    expect(codes(event('order_placed', FROM), event('payment_refunded', FROM + 1, { amount: 1 }))).toEqual([
      'refund_exceeds_capture',
    ]);
  });
});
