import type pg from 'pg';
import type { OrderAnswer } from '../../contract/order.js';
import { getOrder } from '../queries/get-order.js';
import { getOrderEvents, type OrderEventRow } from '../queries/get-order-events.js';

/** Lines of a timeline; an ordinary order has 8 to 30, and one event's data may be 32 kB. */
const MOST_ENTRIES = 300;

/**
 * An order's whole story as JSON text, which holds each event's data as PostgreSQL wrote it; undefined where nothing is known of it, or where `sees`
 * does not allow to know.
 */
export async function answerTimeline(
  pool: pg.Pool,
  order_id: string,
  sees: (order: OrderAnswer | undefined) => boolean,
): Promise<string | undefined> {
  const order = await getOrder(pool, order_id);
  if (!sees(order)) return undefined;
  const rows = await getOrderEvents(pool, order_id, MOST_ENTRIES + 1);
  if (!order && rows.length === 0) return undefined;
  const shown = rows.slice(0, MOST_ENTRIES);
  const rest = {
    order_id,
    order: order ?? null,
    stages: order ? stagesOf(order) : [],
    payments: shown.filter(({ event_type }) => event_type.startsWith('payment_')).map(paymentOf),
    truncated: rows.length > shown.length,
  };
  const entries = shown.map((row, index) => entryJson(row, shown[index - 1]));
  return `${JSON.stringify(rest).slice(0, -1)},"entries":[${entries.join()}]}`;
}

function entryJson(row: OrderEventRow, previous: OrderEventRow | undefined): string {
  const { id, timestamp, event_type, triggered_by, identity, entity_type, entity_id, count } = row;
  const entry = {
    id,
    at: timestamp.toISOString(),
    since_previous: previous ? timestamp.getTime() - previous.last_timestamp.getTime() : null,
    event_type,
    party: partyOfType(event_type),
    triggered_by,
    identity,
    entity_type,
    entity_id,
  };
  const locations =
    event_type === 'delivery_location'
      ? `{"count":${count},"until":${JSON.stringify(row.last_timestamp)},"last":${row.last_data}}`
      : 'null';
  return `${JSON.stringify(entry).slice(0, -1)},"locations":${locations},"data":${row.data}}`;
}

const paymentOf = ({ id, timestamp, event_type, amount, currency, payment_id }: OrderEventRow) => ({
  id,
  at: timestamp.toISOString(),
  event_type,
  amount,
  currency,
  payment_id,
});

/** The stages that an order reached, each with the time since the one before. */
function stagesOf(order: OrderAnswer) {
  const stages = stageColumns
    .flatMap((column) => {
      const at = order[column];
      return at === null ? [] : [{ stage: column.slice(0, -'_at'.length), at }];
    })
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return stages.map((stage, index) => {
    const previous = stages[index - 1];
    return {
      ...stage,
      since_previous: previous ? Date.parse(stage.at) - Date.parse(previous.at) : null,
    };
  });
}

const stageColumns = [
  'placed_at',
  'accepted_at',
  'preparing_at',
  'ready_at',
  'courier_assigned_at',
  'picked_up_at',
  'delivered_at',
  'rejected_at',
  'cancelled_at',
] as const satisfies readonly (keyof OrderAnswer)[];

type PartyName = 'customer' | 'restaurant' | 'courier' | 'payment' | 'platform';

/** Whose side of an order an event is; whoever else may send it, such as a cancellation. */
const parties: Record<string, PartyName> = {
  order_placed: 'customer',
  order_cancelled: 'customer',
  dispute_opened: 'customer',
  review_submitted: 'customer',
  order_accepted: 'restaurant',
  order_rejected: 'restaurant',
  order_preparing: 'restaurant',
  order_ready: 'restaurant',
  courier_assigned: 'courier',
  order_picked_up: 'courier',
  delivery_location: 'courier',
  order_delivered: 'courier',
};

const partyOfType = (type: string): PartyName =>
  type.startsWith('payment_')
    ? 'payment'
    : Object.hasOwn(parties, type)
      ? (parties[type] ?? 'platform')
      : 'platform';
