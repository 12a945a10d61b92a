import type pg from 'pg';
import { inTransaction } from '../in-transaction.js';
import { writeDelta } from '../rollups/delta-json.js';
import { RollupDelta } from '../rollups/rollup-delta.js';
import { lowestUuidAt, timeOfUuidV7 } from '../uuid-v7.js';
import { lockOrders } from './apply-order-events.js';
import { type FactsById, withEvents } from './kept-facts.js';
import { isEmptyOrderDelta } from './merge-order-delta.js';
import { contribute } from './order-contribution.js';
import type { OrderDelta } from './order-delta.js';
import type { OrderEvent } from './order-event.js';
import type { Span } from './order-grains.js';
import { type StoredOrder, writeOrders } from './order-rows.js';
import { projectOrder } from './project-order.js';
import { type EventColumns, readOrderEvent } from './read-order-event.js';
import { rebuildOrderRollups } from './rebuild-order-rollups.js';

/** Orders at once: 500 of 10 events are 2 MB. */
const AT_ONCE = 500;

export interface RebuiltOrders {
  /** Orders looked at. */
  orders: number;
  /** Orders whose row was not what their events say, and now is. */
  differed: number;
  /** Rows of order_rollups and order_paths that were not what the orders say, and now are. */
  rollups: number;
}

/**
 * Computes the orders with events in a span anew from business_events, then order_rollups and order_paths of the span's UTC days from the orders.
 * The service may go on meanwhile: each order is locked while it is looked at, as a flush does, and what changes goes to the rollups as a flush's delta
 * does. To be run after a rule of the projection changed, and to check: with `write` false nothing is kept. What is older than the oldest event that
 * retention left is believed.
 */
export async function rebuildOrders(
  pool: pg.Pool,
  span: Span,
  { write = true } = {},
): Promise<RebuiltOrders> {
  const { rows } = await pool.query<{ oldest: string | null }>(
    'SELECT id AS oldest FROM business_events ORDER BY id LIMIT 1',
  );
  const oldest = rows[0]?.oldest ? timeOfUuidV7(rows[0].oldest) : Number.POSITIVE_INFINITY;
  const result: RebuiltOrders = { orders: 0, differed: 0, rollups: 0 };
  for (let after = ''; ; ) {
    const ids = await nextOrders(pool, span, after);
    if (ids.length === 0) break;
    result.orders += ids.length;
    result.differed += await inTransaction(pool, async (client) => {
      const differed = await rebuildSome(client, ids, oldest);
      // The COMMIT that follows then has nothing to commit.
      if (!write) await client.query('ROLLBACK');
      return differed;
    });
    after = ids.at(-1) ?? after;
  }
  result.rollups = await rebuildOrderRollups(pool, span, write);
  return result;
}

/** The next orders with events in the span, in the order of their ids. */
async function nextOrders(pool: pg.Pool, span: Span, after: string): Promise<string[]> {
  const { rows } = await pool.query<{ order_id: string }>(
    `SELECT DISTINCT order_id COLLATE "C" AS order_id
     FROM business_events
     WHERE id >= $1::uuid AND id < $2::uuid AND order_id COLLATE "C" > $3
     ORDER BY 1
     LIMIT $4`,
    [lowestUuidAt(span.from), lowestUuidAt(span.to), after, AT_ONCE],
  );
  return rows.map(({ order_id }) => order_id);
}

async function rebuildSome(client: pg.ClientBase, ids: readonly string[], oldest: number): Promise<number> {
  const stored = await lockOrders(client, ids);
  const { rows } = await client.query<EventColumns & { order_id: string }>({
    name: 'events of orders',
    text: `
      SELECT id, order_id, event_type, event_data, identity
      FROM business_events
      WHERE order_id = ANY($1::text[])`,
    values: [ids],
  });
  const events = new Map<string, OrderEvent[]>(ids.map((id) => [id, []]));
  for (const row of rows) {
    const event = readOrderEvent(row);
    if (event) events.get(row.order_id)?.push(event);
  }
  const delta: OrderDelta = {};
  const right: StoredOrder[] = [];
  const none: string[] = [];
  for (const [order_id, ofOrder] of events) {
    const before = stored.get(order_id) ?? {};
    const facts = withEvents(forgotten(before, oldest), ofOrder);
    const order = projectOrder(facts);
    contribute(delta, projectOrder(before), -1);
    contribute(delta, order, 1);
    if (order) right.push({ order_id, facts, order });
    else none.push(order_id);
  }
  const written = await writeOrders(client, right);
  // Orders of which only places or unknown types are known have no row, nor may their stubs stay.
  await client.query('DELETE FROM orders WHERE order_id = ANY($1::text[])', [none]);
  const removed = none.filter((id) => Object.keys(stored.get(id) ?? {}).length > 0).length;
  if (!isEmptyOrderDelta(delta)) {
    const whole = new RollupDelta();
    whole.orders = delta;
    await client.query('INSERT INTO rollup_deltas (delta) VALUES ($1)', [writeDelta(whole)]);
  }
  return written + removed;
}

/** Facts of events that retention has dropped since: the row alone still knows them. */
const forgotten = (facts: FactsById, oldest: number): FactsById =>
  Object.fromEntries(Object.entries(facts).filter(([id]) => timeOfUuidV7(id) < oldest));
