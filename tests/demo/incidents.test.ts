import { describe, expect, it } from 'vitest';
import { isActive, parseIncident } from '../../demo/incident.js';
import type { Item } from '../../demo/item.js';
import { actionsOf, eventsByOrder, itemsOf, planOf, typesOf, type Wishes } from './plan.js';

/** Ten minutes at an hour a minute, and what was asked for from minute 3 to minute 7. */
const wishes = (text?: string): Wishes => ({
  seconds: 600,
  ordersPerMinute: 120,
  incidents: text === undefined ? [] : [parseIncident(`${text}=180:240`, 600)],
});
const split = <T extends Item>(
  items: readonly T[],
  text: 'slow-payment' | 'idle-restaurant' | 'stuffing',
) => {
  const { incidents } = planOf(wishes(text));
  const isDuring = ({ at }: T) => isActive(incidents, text, at);
  return { during: items.filter(isDuring), else: items.filter((item) => !isDuring(item)) };
};
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('slow-payment', () => {
  const items = itemsOf(wishes('slow-payment'));
  const payments = split(actionsOf(items, 'paymentService'), 'slow-payment');

  it('takes many times as long and leaves three in ten without an answer, while it lasts', () => {
    const times = (items: typeof payments.during) => mean(items.map(({ body }) => body.execution_time));
    const timeouts = (items: typeof payments.during) =>
      mean(items.map(({ body }) => Number(/timed out after 30000 ms/.test(body.error_message ?? ''))));
    expect(payments.during.length).toBeGreaterThan(100);
    expect(times(payments.during)).toBeGreaterThan(8 * times(payments.else));
    expect(timeouts(payments.during)).toBeGreaterThan(0.22);
    expect(timeouts(payments.during)).toBeLessThan(0.38);
    // A few began while it lasted and were answered when it was over.
    expect(timeouts(payments.else)).toBeLessThan(0.01);
  });

  it('costs orders, and no other service anything', () => {
    const cancelled = items.flatMap((item) =>
      item.kind === 'event' && item.body.event_data.reason === 'not paid' ? [item] : [],
    );
    const unpaid = split(cancelled, 'slow-payment');
    expect(unpaid.during.length).toBeGreaterThan(4);
    expect(unpaid.else.length).toBeLessThan(unpaid.during.length);
    const carts = split(actionsOf(items, 'cartService'), 'slow-payment');
    const failures = (items: typeof carts.during) => mean(items.map(({ body }) => Number(!body.success)));
    expect(failures(carts.during)).toBeLessThan(0.08);
  });
});

describe('idle-restaurant', () => {
  const lives = [...eventsByOrder(itemsOf(wishes('idle-restaurant'))).values()];
  const { incidents } = planOf(wishes('idle-restaurant'));
  const paidAt = (events: (typeof lives)[number]) =>
    events.find(({ body }) => body.event_type === 'payment_authorized')?.at ?? -1;
  const of = lives.filter((events) => events[0]?.body.event_data.restaurant_id === 'r_1');
  const during = of.filter((events) => isActive(incidents, 'idle-restaurant', paidAt(events)));

  it('accepts nothing while it lasts; its customers wait and cancel', () => {
    expect(during.length).toBeGreaterThan(20);
    for (const events of during) {
      expect(typesOf(events)).not.toContain('order_accepted');
      const cancelled = events.find(({ body }) => body.event_type === 'order_cancelled');
      expect(cancelled?.body.event_data.cancelled_by).toBe('customer');
      expect((cancelled?.at ?? 0) - paidAt(events)).toBeGreaterThan(12 * 60_000);
    }
  });

  it('works before and after, and so do the others all the time', () => {
    const rest = lives.filter((events) => !during.includes(events) && paidAt(events) >= 0);
    const accepted = rest.filter((events) => typesOf(events).includes('order_accepted'));
    expect(accepted.length / rest.length).toBeGreaterThan(0.85);
    expect(accepted.filter((events) => of.includes(events)).length).toBeGreaterThan(5);
  });
});

describe('stuffing', () => {
  const items = itemsOf({ ...wishes('stuffing'), ordersPerMinute: 20 });

  it('fails to sign in to many accounts, from one device', () => {
    const logins = split(actionsOf(items, 'authService'), 'stuffing');
    const failed = logins.during.filter(({ body }) => body.method_name === 'login' && !body.success);
    const counts = new Map<string, number>();
    for (const { body } of failed) counts.set(body.session_id, (counts.get(body.session_id) ?? 0) + 1);
    const device = [...counts].find(([, count]) => count > 100)?.[0];
    const most = failed.filter(({ body }) => body.session_id === device);
    expect(most.length).toBeGreaterThan(1_000);
    expect(new Set(most.map(({ body }) => body.user_id)).size).toBe(300);
    for (const field of ['platform', 'app_version'] as const) {
      expect(new Set(most.map(({ body }) => body[field])).size).toBe(1);
    }
    const outside = logins.else.filter(({ body }) => body.method_name === 'login' && !body.success);
    expect(outside.length).toBeLessThan(most.length / 20);
  });
});

describe('parseIncident', () => {
  it('reads times, and takes the middle third without them', () => {
    expect(parseIncident('stuffing=10:30', 60)).toEqual({
      kind: 'stuffing',
      startSecond: 10,
      durationSeconds: 30,
    });
    expect(parseIncident('slow-payment', 60)).toEqual({
      kind: 'slow-payment',
      startSecond: 20,
      durationSeconds: 20,
    });
  });

  it.each(['fire', 'stuffing=10', 'stuffing=-1:5', 'stuffing=a:b', 'stuffing=60:1', ''])(
    'refuses «%s»',
    (text) => {
      expect(() => parseIncident(text, 60)).toThrow('--incident');
    },
  );
});
