import pg from 'pg';
import { applyOrderEvents } from '../../src/store/orders/apply-order-events.js';
import { foldOrderDelta } from '../../src/store/orders/fold-order-delta.js';
import { type EventColumns, readOrderEvent } from '../../src/store/orders/read-order-event.js';
import { nextVersion } from '../../src/store/rollups/fold-deltas.js';
import { lowestUuidAt } from '../../src/store/uuid-v7.js';

const DAY = 86_400_000;

/**
 * Brings the orders and their rollups up to date with the stored events, a day at a time, by the code that does so when events come. What was
 * stopped goes on with the last day that it had committed: an event that an order has already changes nothing.
 */
export async function rebuildAllOrders(
  url: string,
  from: number,
  to: number,
  progress: (text: string) => void,
): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: last } = await client.query<{ at: Date | null }>('SELECT max(last_at) AS at FROM orders');
    const start = Math.max(from, last[0]?.at?.getTime() ?? 0);
    let events = 0;
    for (let day = Math.floor(start / DAY) * DAY; day < to; day += DAY) {
      const { rows } = await client.query<EventColumns>(
        `SELECT id, order_id, event_type, event_data, identity
         FROM business_events WHERE id >= $1 AND id < $2 AND order_id IS NOT NULL ORDER BY id`,
        [lowestUuidAt(day), lowestUuidAt(day + DAY)],
      );
      await client.query('BEGIN');
      const delta = await applyOrderEvents(
        client,
        rows.flatMap((row) => readOrderEvent(row) ?? []),
      );
      if (delta) await foldOrderDelta(client, delta, await nextVersion(client));
      await client.query('COMMIT');
      events += rows.length;
      // Nothing analyses while autovacuum is off, and without statistics each day would read the whole tables.
      if ((day / DAY) % 10 === 0) await client.query('ANALYZE orders, order_rollups, order_paths');
      if ((day / DAY) % 10 === 0) progress(`orders: ${events.toLocaleString('en')} events`);
    }
    // Each order was written for each day that it has events on.
    await client.query('VACUUM (ANALYZE) orders, order_rollups, order_paths');
  } finally {
    await client.end();
  }
}
