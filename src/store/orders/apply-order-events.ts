import type pg from 'pg';
import { type FactsById, withEvents } from './kept-facts.js';
import { isEmptyOrderDelta } from './merge-order-delta.js';
import { contribute } from './order-contribution.js';
import type { OrderDelta } from './order-delta.js';
import type { OrderEvent } from './order-event.js';
import { type StoredOrder, writeOrders } from './order-rows.js';
import { projectOrder } from './project-order.js';

/**
 * Brings the orders up to date with events whose rows this transaction has just inserted, in three statements whatever their number, and returns
 * what that changes in the rollups; undefined where nothing changed.
 *
 * Replicas that meet on the same orders wait for each other and never deadlock: rows that are not there yet are made first, in order of
 * their key; only then are all locked, in the same order. Whoever waits while making rows holds no other's, and whoever locks makes none.
 * READ COMMITTED is needed: each statement must see what others committed while the one before waited.
 */
export async function applyOrderEvents(
  client: pg.ClientBase,
  events: readonly OrderEvent[],
): Promise<OrderDelta | undefined> {
  if (events.length === 0) return undefined;
  const byOrder = new Map<string, OrderEvent[]>();
  for (const event of events) {
    const ofOrder = byOrder.get(event.order_id);
    if (ofOrder) ofOrder.push(event);
    else byOrder.set(event.order_id, [event]);
  }
  const stored = await lockOrders(client, [...byOrder.keys()]);
  const delta: OrderDelta = {};
  const changed: StoredOrder[] = [];
  for (const [order_id, ofOrder] of byOrder) {
    const before = stored.get(order_id) ?? {};
    const facts = withEvents(before, ofOrder);
    const order = projectOrder(facts);
    if (!order) continue;
    changed.push({ order_id, facts, order });
    contribute(delta, projectOrder(before), -1);
    contribute(delta, order, 1);
  }
  await writeOrders(client, changed);
  return isEmptyOrderDelta(delta) ? undefined : delta;
}

/** Makes the rows that are not there, locks all, and returns their facts. */
export async function lockOrders(
  client: pg.ClientBase,
  ids: readonly string[],
): Promise<Map<string, FactsById>> {
  // A stub is never seen: it is overwritten before the transaction ends.
  await client.query({
    name: 'make orders',
    text: `
      INSERT INTO orders (order_id, state, first_at, last_at, state_since)
      SELECT order_id, 'unknown', 'epoch', 'epoch', 'epoch'
      FROM unnest($1::text[]) AS wanted (order_id)
      ORDER BY order_id
      ON CONFLICT (order_id) DO NOTHING`,
    values: [ids],
  });
  const { rows } = await client.query<{ order_id: string; events: FactsById }>({
    name: 'lock orders',
    text: 'SELECT order_id, events FROM orders WHERE order_id = ANY($1::text[]) ORDER BY order_id FOR UPDATE',
    values: [ids],
  });
  return new Map(rows.map(({ order_id, events }) => [order_id, events]));
}
