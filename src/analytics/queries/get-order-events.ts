import type pg from 'pg';
import { query } from '../../store/query.js';

/** One line of an order's timeline: an event, or a stretch of the courier's places. */
export interface OrderEventRow {
  id: string;
  timestamp: Date;
  event_type: string;
  entity_type: string;
  entity_id: string;
  triggered_by: string;
  identity: 'token' | 'service' | 'anonymous';
  /** PostgreSQL's own JSON text: through JavaScript, numbers beyond double would lose digits. */
  data: string;
  /** How many events this line stands for; more than 1 for places only. */
  count: number;
  last_timestamp: Date;
  last_data: string;
  amount: number | null;
  currency: string | null;
  payment_id: string | null;
}

/**
 * The events of an order in the order of time. A courier's phone sends where it is every few seconds, so all places that no other event stands between are
 * one line: with the first, the last, and how many.
 */
export function getOrderEvents(pool: pg.Pool, orderId: string, limit: number): Promise<OrderEventRow[]> {
  return query<OrderEventRow>(pool, {
    name: 'order events',
    text: `
      WITH numbered AS (
        SELECT id, timestamp, event_type, entity_type, entity_id, triggered_by, identity, event_data,
               count(*) FILTER (WHERE event_type <> 'delivery_location') OVER (ORDER BY id) AS stretch
        FROM business_events
        WHERE order_id = $1
      ), ranked AS (
        SELECT *,
               row_number() OVER line AS rank,
               count(*) OVER whole AS count,
               last_value(timestamp) OVER whole AS last_timestamp,
               last_value(event_data) OVER whole AS last_data
        FROM numbered
        WINDOW line AS (PARTITION BY stretch, event_type = 'delivery_location' ORDER BY id),
               whole AS (line ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
      )
      SELECT id, timestamp, event_type, entity_type, entity_id, triggered_by, identity, event_data::text AS data,
             count::int AS count, last_timestamp, last_data::text AS last_data,
             CASE WHEN jsonb_typeof(event_data->'amount') = 'number' THEN (event_data->>'amount')::float8 END AS amount,
             event_data->>'currency' AS currency, event_data->>'payment_id' AS payment_id
      FROM ranked
      WHERE rank = 1
      ORDER BY id
      LIMIT $2`,
    values: [orderId, limit],
  });
}
