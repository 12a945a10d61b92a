import type pg from 'pg';
import { lowestUuidAt, timeOfUuidV7 } from '../../../store/uuid-v7.js';
import type { WatchedAction, WatchedEvent } from '../watched-row.js';

const DAY = 86_400_000;

/** Actions by id: the columns that are watched, and what their parameters name. What was deleted meanwhile is not there. */
export function getWatchedActions(
  client: pg.ClientBase,
  ids: readonly string[],
): Promise<Map<string, WatchedAction>> {
  return byId(client, ids, actionStatement, (row: Omit<WatchedAction, 'kind' | 'at'>) => ({
    kind: 'action',
    at: timeOfUuidV7(row.id),
    ...row,
  }));
}

interface EventRecord extends Omit<WatchedEvent, 'kind' | 'at' | 'data'> {
  customer_id: string | null;
  courier_id: string | null;
  latitude: number | null;
  longitude: number | null;
  accuracy: number | null;
  amount: number | null;
}

/** Events by id, with the few fields of their data that are watched. */
export function getWatchedEvents(
  client: pg.ClientBase,
  ids: readonly string[],
): Promise<Map<string, WatchedEvent>> {
  return byId(
    client,
    ids,
    eventStatement,
    ({ customer_id, courier_id, latitude, longitude, accuracy, amount, ...row }: EventRecord) => ({
      kind: 'event',
      at: timeOfUuidV7(row.id),
      ...row,
      data: { customer_id, courier_id, latitude, longitude, accuracy, amount },
    }),
  );
}

/** One statement for each UTC day of the ids, so that each touches one partition, whatever late rows are among them. */
async function byId<Record, Row extends { id: string }>(
  client: pg.ClientBase,
  ids: readonly string[],
  statement: { name: string; text: string },
  rowOf: (record: Record) => Row,
): Promise<Map<string, Row>> {
  const days = new Map<number, string[]>();
  let [low, high] = ['', ''];
  let part: string[] = [];
  for (const id of ids) {
    // Neighbours are of one day nearly always: two comparisons instead of the arithmetic.
    if (id < low || id >= high) {
      const day = Math.floor(timeOfUuidV7(id) / DAY);
      [low, high] = [lowestUuidAt(day * DAY), lowestUuidAt((day + 1) * DAY)];
      part = days.get(day) ?? [];
      days.set(day, part);
    }
    part.push(id);
  }
  const rows = new Map<string, Row>();
  for (const [day, wanted] of days) {
    const bounds = [lowestUuidAt(day * DAY), lowestUuidAt((day + 1) * DAY)];
    const answer = await client.query({ ...statement, values: [wanted, ...bounds] });
    for (const record of answer.rows as Record[]) {
      const row = rowOf(record);
      rows.set(row.id, row);
    }
  }
  return rows;
}

/**
 * Parameters are taken apart once a row; what no text of PostgreSQL's can hold (a NUL or half a surrogate pair, in rows that were loaded behind the service's
 * back) would fail the statement, and is not looked at.
 */
const actionStatement = {
  name: 'watched actions',
  text: String.raw`
    SELECT a.id, user_id, user_type, action_type, service_name, method_name, success, session_id,
           host(ip_address) AS ip_address, platform, app_version, identity,
           left(nullif(concat_ws('/', restaurant_id, item_id, order_id, p.user, email, username, phone, p.query, page), ''), 200)
             AS target,
           left(coalesce(coupon, coupon_code, promo_code, voucher, code), 200) AS coupon
    FROM unnest($1::uuid[]) AS wanted (id)
    JOIN action_logs AS a ON a.id = wanted.id AND a.id >= $2 AND a.id < $3
    CROSS JOIN LATERAL json_to_record(
      CASE WHEN json_typeof(parameters) = 'object' AND parameters::text !~* '\\u(0000|d[89a-f])'
           THEN parameters
           ELSE '{}' END
    ) AS p (restaurant_id text, item_id text, order_id text, "user" text, email text, username text, phone text,
            query text, page text, coupon text, coupon_code text, promo_code text, voucher text, code text)`,
};

const numberOf = (field: string) =>
  `CASE WHEN jsonb_typeof(event_data->'${field}') = 'number' THEN (event_data->>'${field}')::float8 END AS ${field}`;

const eventStatement = {
  name: 'watched events',
  text: `
    SELECT e.id, event_type, entity_type, entity_id, order_id, triggered_by, host(ip_address) AS ip_address, identity,
           event_data->>'customer_id' AS customer_id, event_data->>'courier_id' AS courier_id,
           ${['latitude', 'longitude', 'accuracy', 'amount'].map(numberOf).join(', ')}
    FROM unnest($1::uuid[]) AS wanted (id)
    JOIN business_events AS e ON e.id = wanted.id AND e.id >= $2 AND e.id < $3`,
};
