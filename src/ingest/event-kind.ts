import type { Caller } from '../access/caller.js';
import { ANONYMOUS } from '../contract/action.js';
import { type EventInput, eventSchema } from '../contract/event.js';
import { eventDataSchemas } from '../contract/event-data.js';
import { eventTypesOf, partyFieldOf } from '../contract/event-roles.js';
import { Problem } from '../http/problem.js';
import { isOrderEventType } from '../store/orders/order-event.js';
import { readOrderEvent } from '../store/orders/read-order-event.js';
import type { ItemKind, ServerFields } from './prepare-item.js';
import { REDACTED } from './redact/rules.js';

/** An event as it is stored; what it does not have is left out. */
interface EventRow extends ServerFields {
  event_type: string;
  event_data: unknown;
  order_id: string | undefined;
  entity_type: string;
  entity_id: string;
  triggered_by: string;
}

const LONGEST_ID = 255;

/** How a business event becomes a row of `business_events`, and what of it its order's row and figures need. */
export const eventKind: ItemKind<typeof eventSchema, EventRow> = {
  kind: 'event',
  schema: eventSchema,
  toRow(event, server, caller) {
    guardRole(event.event_type, caller);
    const order_id = orderIdOf(event);
    return {
      ...server,
      event_type: event.event_type,
      entity_type: event.entity_type,
      entity_id: event.entity_id,
      event_data: withOwnParty(event, order_id, caller) ?? {},
      triggered_by: caller.kind === 'person' ? caller.user_id : event.triggered_by || ANONYMOUS,
      order_id,
    };
  },
  counted(row) {
    const order = readOrderEvent(row);
    return order ? { order } : {};
  },
};

/** A person's role limits which known events it may send: a courier cannot accept an order. */
function guardRole(type: string, caller: Caller): void {
  if (caller.kind !== 'person' || caller.role === 'admin') return;
  if (!Object.hasOwn(eventDataSchemas, type) || eventTypesOf[caller.role].includes(type)) return;
  throw new Problem('forbidden', `The role ${caller.role} may not send ${type}.`);
}

/** The order that an event is about, whatever its entity. An id that the redaction took for a card's number is no id. */
function orderIdOf({ entity_type, entity_id, event_data }: EventInput): string | undefined {
  const named = fieldsOf(event_data)?.order_id;
  const usable = (id: unknown): id is string =>
    typeof id === 'string' && id !== '' && id.length <= LONGEST_ID && !id.includes(REDACTED);
  if (usable(named)) return named;
  return entity_type.toLowerCase() === 'order' && usable(entity_id) ? entity_id : undefined;
}

/**
 * A person is that party of an order which its token says, as `triggered_by` is: a courier delivers as itself, and nobody's figures grow by what
 * another claims.
 */
function withOwnParty(event: EventInput, orderId: string | undefined, caller: Caller): unknown {
  const { event_data = {} } = event;
  if (caller.kind !== 'person' || caller.role === 'admin' || orderId === undefined) return event_data;
  const fields = fieldsOf(event_data);
  if (!fields || !isOrderEventType(event.event_type)) return event_data;
  return { ...fields, [partyFieldOf[caller.role]]: caller.user_id };
}

const fieldsOf = (data: unknown): Record<string, unknown> | undefined =>
  typeof data === 'object' && data !== null && !Array.isArray(data)
    ? (data as Record<string, unknown>)
    : undefined;
