import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OrderPast } from '../../../src/alerts/past/order-past.js';
import { getOrderTimes } from '../../../src/alerts/queries/get-order-times.js';
import { getStuckOrders } from '../../../src/alerts/queries/get-stuck-orders.js';
import { awaitedStages, startStages, stuckOrderConditionSchema } from '../../../src/contract/alert-rule.js';
import { insertRows } from '../../../src/store/insert-rows.js';
import { orderEventOf } from '../../helpers/order-event.js';
import { randomFrom } from '../../helpers/simulate-orders.js';
import { type OpenRollups, openRollups } from '../../store/rollups/open-rollups.js';

const MINUTE = 60_000;
let open: OpenRollups;
beforeAll(async () => {
  open = await openRollups();
});
afterAll(() => open.close());

const stages = [
  'order_placed',
  'order_accepted',
  'order_preparing',
  'order_ready',
  'courier_assigned',
  'order_picked_up',
  'order_delivered',
];
const idAt = (ms: number, random: () => number) => {
  const hex = Math.floor(ms).toString(16).padStart(12, '0');
  const tail = Math.floor(random() * 2 ** 47)
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7abc-8def-${tail}`;
};

describe('orders that are stuck', () => {
  it('are the same in the past, told from their stages, as they were when they were asked for', async () => {
    const random = randomFrom(7);
    const start = Math.floor((open.now - 5 * 3_600_000) / MINUTE) * MINUTE;
    // Lives that stop anywhere, skip stages and are cancelled; waits of 0 to 20 minutes.
    const events = Array.from({ length: 80 }, (_, order) => {
      let at = start + random() * 90 * MINUTE;
      const length = 1 + Math.floor(random() * stages.length);
      const life = stages.slice(0, length).filter((stage) => stage === 'order_placed' || random() < 0.85);
      if (random() < 0.2) life.push(random() < 0.5 ? 'order_cancelled' : 'order_rejected');
      return life.map((event_type) => {
        at += random() * 20 * MINUTE;
        return {
          id: idAt(at, random),
          at,
          event_type,
          order_id: `o_${order}`,
          restaurant_id: `r_${order % 5}`,
        };
      });
    })
      .flat()
      .sort((a, b) => a.at - b.at);
    const conditions = startStages.flatMap((after) =>
      awaitedStages.flatMap((without) => {
        const parsed = stuckOrderConditionSchema.safeParse({
          kind: 'stuck_order',
          after,
          without,
          minutes: 12,
        });
        return parsed.success ? [parsed.data] : [];
      }),
    );
    expect(conditions).toHaveLength(19);
    const { pools } = open;
    const seen: Record<string, string[]> = {};
    let found = 0;
    let next = 0;
    for (let at = start; at < start + 240 * MINUTE; at += 10 * MINUTE) {
      const due = events.slice(next, events.findIndex((event) => event.at > at) >>> 0);
      next += due.length;
      const rows = due
        .map(({ id, event_type, order_id, restaurant_id }) => {
          const event = {
            id,
            event_type,
            entity_type: 'order',
            entity_id: order_id,
            event_data: { restaurant_id },
          };
          const timestamp = new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toISOString();
          const json = JSON.stringify({
            ...event,
            order_id,
            triggered_by: 's',
            timestamp,
            received_at: timestamp,
            identity: 'service',
          });
          return { kind: 'event' as const, id, json, order: orderEventOf(event) };
        })
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      if (rows.length > 0) await insertRows(pools.writer, rows);
      for (const [index, condition] of conditions.entries()) {
        const stuck = await getStuckOrders(pools.reader, condition, at);
        found += stuck.length;
        seen[`${index} ${at}`] = stuck.map(({ order_id, since }) => `${order_id} ${since}`).sort();
      }
    }
    const past = new OrderPast(await getOrderTimes(pools.reader, start, open.now));
    for (let at = start; at < start + 240 * MINUTE; at += 10 * MINUTE) {
      for (const [index, condition] of conditions.entries()) {
        const stuck = past.stuckOrders(condition, at).map(({ order_id, since }) => `${order_id} ${since}`);
        expect(stuck.sort()).toEqual(seen[`${index} ${at}`]);
      }
    }
    expect(found).toBeGreaterThan(1_000);
  });
});
