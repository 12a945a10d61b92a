import fc from 'fast-check';
import { v7 as uuidV7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { pathRowsOf, rollupRowsOf } from '../../../src/store/orders/fold-order-delta.js';
import { type FactsById, withEvents } from '../../../src/store/orders/kept-facts.js';
import { mergeOrderDelta } from '../../../src/store/orders/merge-order-delta.js';
import { contribute } from '../../../src/store/orders/order-contribution.js';
import type { OrderDelta } from '../../../src/store/orders/order-delta.js';
import type { OrderEvent } from '../../../src/store/orders/order-event.js';
import { OrderFigures } from '../../../src/store/orders/order-figures.js';
import { coverOrders, orderGrains } from '../../../src/store/orders/order-grains.js';
import { projectOrder } from '../../../src/store/orders/project-order.js';
import { orderEventOf } from '../../helpers/order-event.js';
import { randomFrom, shuffle, simulateOrders } from '../../helpers/simulate-orders.js';

const HOUR = 3_600_000;
const FROM = Date.UTC(2026, 9, 1);

/** What a flush with these events would add to the rollups. */
function flush(store: Map<string, FactsById>, events: readonly OrderEvent[]): OrderDelta {
  const delta: OrderDelta = {};
  for (const event of events) {
    const before = store.get(event.order_id) ?? {};
    const after = withEvents(before, [event]);
    store.set(event.order_id, after);
    contribute(delta, projectOrder(before), -1);
    contribute(delta, projectOrder(after), 1);
  }
  return delta;
}

const figures = (delta: OrderDelta) =>
  rollupRowsOf(delta)
    .filter((row) => !row.figures.isEmpty)
    .map(({ figures: of, ...key }) => ({ ...key, ...of.toColumns() }));

describe('deltas', () => {
  it('of any sequence, cut into flushes anyhow, add up to what the orders are at the end', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (seed, cuts) => {
        const random = randomFrom(seed);
        const orders = simulateOrders({ orders: 6, seed, from: FROM, to: FROM + 3 * HOUR, illegal: 0.3 });
        const events = shuffle(
          orders.flatMap((order) => order.events.map(orderEventOf)),
          random,
        );
        const store = new Map<string, FactsById>();
        const sum: OrderDelta = {};
        for (let at = 0, turn = 0; at < events.length; turn += 1) {
          const size = cuts[turn % cuts.length] ?? 1;
          const delta = flush(store, events.slice(at, at + size));
          // It travels as JSON.
          mergeOrderDelta(sum, JSON.parse(JSON.stringify(delta)));
          at += size;
        }
        const whole: OrderDelta = {};
        for (const { events: of } of orders)
          contribute(whole, projectOrder(withEvents({}, of.map(orderEventOf))), 1);
        expect(sum).toEqual(whole);
        expect(figures(sum)).toEqual(figures(whole));
      }),
      { numRuns: 40 },
    );
  }, 30_000);

  it('move an order to the hour of an earlier event that arrives late, and leave nothing behind', () => {
    const [order] = simulateOrders({ orders: 1, seed: 4, from: FROM + HOUR, to: FROM + HOUR + 1 });
    const events = order?.events.map(orderEventOf) ?? [];
    const store = new Map<string, FactsById>();
    const sum = flush(store, events.slice(1));
    const earlier: OrderEvent = {
      ...(events[0] as OrderEvent),
      id: uuidV7({ msecs: FROM - HOUR }),
    };
    mergeOrderDelta(sum, flush(store, [earlier]));
    expect(Object.values(sum.paths ?? {})).toEqual([1]);
    const hours = rollupRowsOf(sum).filter((row) => row.grain === 3_600 && row.dimension === '');
    expect(hours).toHaveLength(1);
    expect(hours[0]?.bucket).toBeLessThan(FROM);
    expect(pathRowsOf(sum)).toHaveLength(orderGrains.length);
  });

  it('that nothing is left of are empty', () => {
    const [order] = simulateOrders({ orders: 1, seed: 5, from: FROM, to: FROM + HOUR });
    const delta: OrderDelta = {};
    const projected = projectOrder(withEvents({}, order?.events.map(orderEventOf) ?? []));
    contribute(delta, projected, 1);
    expect(Object.keys(delta.tallies ?? {})).toHaveLength(1);
    contribute(delta, projected, -1);
    expect(delta).toEqual({ tallies: {}, paths: {} });
  });

  it('are the same after a way through the columns of a row', () => {
    const delta: OrderDelta = {};
    for (const { events } of simulateOrders({
      orders: 300,
      seed: 6,
      from: FROM,
      to: FROM + HOUR,
      illegal: 0.2,
    }))
      contribute(delta, projectOrder(withEvents({}, events.map(orderEventOf))), 1);
    for (const { figures: of } of rollupRowsOf(delta).slice(0, 50)) {
      const copy = new OrderFigures();
      copy.addColumns(of.toColumns());
      expect(copy.toColumns()).toEqual(of.toColumns());
    }
  });
});

describe('the buckets of a span', () => {
  it('cover each of its hours once, with few of them', () => {
    const hour = fc.integer({ min: 490_000, max: 500_000 });
    fc.assert(
      fc.property(hour, fc.integer({ min: 1, max: 92 * 24 }), (start, length) => {
        const span = { from: start * HOUR, to: (start + length) * HOUR };
        const runs = coverOrders(span);
        let at = span.from;
        for (const { grain, from, to } of runs) {
          expect([from, from % (grain * 1_000), to % (grain * 1_000)]).toEqual([at, 0, 0]);
          at = to;
        }
        expect(at).toBe(span.to);
        const buckets = runs.reduce((sum, { grain, from, to }) => sum + (to - from) / (grain * 1_000), 0);
        expect(buckets).toBeLessThanOrEqual(13 + 12 + 46);
      }),
    );
  });
});
