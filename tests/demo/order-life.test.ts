import { describe, expect, it } from 'vitest';
import { eventsByOrder, itemsOf, typesOf } from './plan.js';

/** What may come next, by where an order is. `…` in any state: what does not move it. */
const next: Record<string, readonly string[]> = {
  '': ['order_placed'],
  order_placed: ['payment_failed', 'payment_authorized'],
  payment_failed: ['payment_failed', 'payment_authorized', 'order_cancelled'],
  payment_authorized: ['order_accepted', 'order_rejected', 'order_cancelled'],
  order_accepted: ['payment_captured'],
  payment_captured: ['order_preparing', 'order_cancelled'],
  order_preparing: ['order_ready', 'courier_assigned'],
  order_ready: ['courier_assigned', 'order_picked_up'],
  courier_assigned: ['order_ready', 'order_picked_up'],
  order_picked_up: ['delivery_location', 'order_delivered'],
  delivery_location: ['delivery_location', 'order_delivered'],
  order_delivered: ['review_submitted', 'dispute_opened'],
  review_submitted: ['dispute_opened'],
  dispute_opened: ['review_submitted', 'payment_refunded', 'dispute_resolved'],
  dispute_resolved: ['review_submitted'],
  order_rejected: [],
};

/** After these the state before them decides: paying back is right after a cancellation, and within a dispute. */
const follows = (before: readonly string[], type: string): boolean => {
  const last = before.at(-1) ?? '';
  if (last === 'order_cancelled') return type === 'payment_refunded' && before.includes('payment_captured');
  if (last === 'payment_refunded')
    return before.includes('dispute_opened') && ['dispute_resolved', 'review_submitted'].includes(type);
  if (last === 'review_submitted' && before.includes('dispute_opened'))
    return ['payment_refunded', 'dispute_resolved'].includes(type) && !before.includes('dispute_resolved');
  return next[last]?.includes(type) ?? false;
};

const orders = [...eventsByOrder(itemsOf({ seconds: 1_200, speed: 120, ordersPerMinute: 90 })).entries()];
const isPlanted = ([, events]: (typeof orders)[number]) => events.some(({ planted }) => planted);

describe('an order', () => {
  it('lives a legal life, unless something else was planted', () => {
    const illegal = orders
      .filter((order) => !isPlanted(order))
      .filter(([, events]) => {
        const types = typesOf(events);
        return types.some((type, index) => !follows(types.slice(0, index), type));
      });
    expect(orders.length).toBeGreaterThan(1_500);
    expect(illegal.map(([id, events]) => [id, ...typesOf(events)])).toEqual([]);
  });

  it('has what was planted, rarely and of each kind', () => {
    const planted = orders.filter(isPlanted);
    expect(planted.length / orders.length).toBeLessThan(0.02);
    const legal = planted.filter(([, events]) => {
      const types = typesOf(events);
      return types.every((type, index) => follows(types.slice(0, index), type));
    });
    expect(legal).toEqual([]);
    const kinds = new Set(planted.flatMap(([, events]) => events.flatMap(({ planted }) => planted ?? [])));
    expect([...kinds].sort()).toEqual([
      'captured twice',
      'delivered without pickup',
      'refunded after the delivery, without a dispute',
    ]);
  });

  it('is accepted, cooked, picked up and delivered within about two hours', () => {
    const lives = orders.filter(([, events]) => typesOf(events).includes('order_delivered'));
    expect(lives.length / orders.length).toBeGreaterThan(0.8);
    const minutes = lives.map(([, events]) => {
      const at = (type: string) => events.find(({ body }) => body.event_type === type)?.at ?? 0;
      return (at('order_delivered') - at('order_placed')) / 60_000;
    });
    expect(Math.min(...minutes)).toBeGreaterThan(8);
    expect(Math.max(...minutes)).toBeLessThan(130);
  });

  it('has the same parties and the same amount from beginning to end', () => {
    for (const [, events] of orders) {
      for (const field of ['customer_id', 'restaurant_id', 'courier_id', 'amount', 'currency']) {
        const values = new Set(events.flatMap(({ body }) => body.event_data[field] ?? []));
        expect(values.size, field).toBeLessThanOrEqual(1);
      }
      const { items = [], amount } = (events[0]?.body.event_data ?? {}) as {
        items?: { price: number; quantity: number }[];
        amount?: number;
      };
      const food = items.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
      expect(amount).toBeGreaterThan(food - 0.01);
      expect(amount).toBeLessThan(food + 30);
    }
  });
});
