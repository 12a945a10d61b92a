import { describe, expect, it } from 'vitest';
import type { Item } from '../../demo/item.js';
import { actionSchema } from '../../src/contract/action.js';
import { eventSchema } from '../../src/contract/event.js';
import { eventDataSchemas } from '../../src/contract/event-data.js';
import { serviceMetricSchema } from '../../src/contract/service-metric.js';
import { actionsOf, eventsByOrder, itemsOf, NOW, planOf } from './plan.js';

const HOUR = 3_600_000;
const timeOf = (id: string): number => Number.parseInt(id.replace('-', '').slice(0, 12), 16);
const bodiesOf = (items: readonly Item[]): string => JSON.stringify(items.map(({ body }) => body));

/** Without what names this run or its time. */
const anonymous = (items: readonly Item[]): string =>
  bodiesOf(items)
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'id')
    .replaceAll(/([a-z]_)[0-9a-f]{6}_(\d+)/g, '$1$2')
    // In e-mail addresses.
    .replaceAll(/u\.[0-9a-f]{6}\.(\d+)@/g, 'u.$1@');

describe('simulate', () => {
  const items = itemsOf({ seconds: 120 });
  const long = itemsOf({ seconds: 600 });
  const wishes = { historyDays: 3, historyOrders: 300, ordersPerMinute: 5 };
  const days = itemsOf(wishes);

  it('sends the same bytes for the same seed, options and start', () => {
    expect(bodiesOf(itemsOf({ seconds: 120 }))).toBe(bodiesOf(items));
  });

  it('tells the same story at another time, with other ids', () => {
    const later = itemsOf({ seconds: 120, now: NOW + 7.3 * HOUR });
    expect(anonymous(later)).toBe(anonymous(items));
    const ids = new Set(items.map(({ body }) => body.id));
    expect(later.filter(({ body }) => ids.has(body.id))).toEqual([]);
    const orders = [...eventsByOrder(items).keys()];
    const laterOrders = eventsByOrder(later);
    expect(orders.filter((id) => laterOrders.has(id))).toEqual([]);
  });

  it('tells another story for another seed', () => {
    expect(anonymous(itemsOf({ seconds: 120, seed: '2' }))).not.toBe(anonymous(items));
  });

  it('sends only what the contract takes, and known events only', () => {
    const wrong = items.flatMap(({ kind, body }) => {
      const schema = { action: actionSchema, event: eventSchema, metric: serviceMetricSchema }[kind];
      const result = schema.safeParse(body);
      return result.success ? [] : [{ body, issues: result.error.issues }];
    });
    expect(wrong).toEqual([]);
    const types = new Set(items.flatMap((item) => (item.kind === 'event' ? [item.body.event_type] : [])));
    expect([...types].filter((type) => !(type in eventDataSchemas))).toEqual([]);
    expect(types.size).toBeGreaterThan(14);
  });

  it('yields in time, each id carrying its time, none twice', () => {
    const { start } = planOf({ seconds: 120 }).clock;
    expect(items.filter(({ at, body }) => timeOf(body.id) !== Math.floor(start + at))).toEqual([]);
    expect(items.filter(({ at }, index) => at < (items[index - 1]?.at ?? 0))).toEqual([]);
    expect(new Set(items.map(({ body }) => body.id)).size).toBe(items.length);
  });

  it('has a platform of 13 services and some 50 methods, a twentieth of whose calls fail', () => {
    const actions = long.flatMap((item) => (item.kind === 'action' ? [item.body] : []));
    const services = new Set(actions.map(({ service_name }) => service_name));
    const methods = new Set(actions.map(({ service_name, method_name }) => `${service_name}.${method_name}`));
    expect(services.size).toBe(13);
    expect(methods.size).toBeGreaterThan(45);
    const failed = actions.filter(({ success }) => !success);
    expect(failed.length / actions.length).toBeGreaterThan(0.03);
    expect(failed.length / actions.length).toBeLessThan(0.07);
    expect(failed.filter(({ error_message }) => !error_message)).toEqual([]);
    expect(failed.filter(({ error_message }) => /\d/.test(error_message ?? '')).length).toBeGreaterThan(
      failed.length * 0.8,
    );
    const sizes = actions.map(
      ({ parameters, response_data }) => JSON.stringify([parameters, response_data]).length,
    );
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    expect(mean).toBeGreaterThan(200);
    expect(mean).toBeLessThan(500);
  });

  it('has few customers who do much, and calls of which few are very slow', () => {
    const actions = long.flatMap((item) => (item.kind === 'action' ? [item.body] : []));
    const byCustomer = new Map<string, number>();
    for (const { user_id, user_type } of actions) {
      if (user_type === 'customer') byCustomer.set(user_id, (byCustomer.get(user_id) ?? 0) + 1);
    }
    const counts = [...byCustomer.values()].sort((a, b) => b - a);
    const all = counts.reduce((sum, count) => sum + count, 0);
    const top = counts.slice(0, Math.ceil(counts.length / 10)).reduce((sum, count) => sum + count, 0);
    expect(top / all).toBeGreaterThan(0.25);

    const times = actionsOf(long, 'cartService').map(({ body }) => body.execution_time);
    times.sort((a, b) => a - b);
    const quantile = (share: number) => times[Math.floor(times.length * share)] ?? 0;
    expect(quantile(0.5)).toBeGreaterThan(35);
    expect(quantile(0.5)).toBeLessThan(70);
    expect(quantile(0.995)).toBeGreaterThan(5 * quantile(0.5));
  });

  it('has lunch and dinner in a history', () => {
    const { start } = planOf(wishes).clock;
    const byHour = new Array<number>(24).fill(0);
    for (const item of days) {
      if (item.kind !== 'event' || item.body.event_type !== 'order_placed') continue;
      const hour = Math.floor((start + item.at) / HOUR + 3) % 24;
      byHour[hour] = (byHour[hour] ?? 0) + 1;
    }
    const between = (from: number, to: number) =>
      byHour.slice(from, to).reduce((sum, count) => sum + count, 0) / (to - from);
    expect(between(12, 14)).toBeGreaterThan(1.7 * between(15, 17));
    expect(between(19, 22)).toBeGreaterThan(1.7 * between(15, 17));
    expect(between(2, 6)).toBeLessThan(0.2 * between(15, 17));
  });
});
