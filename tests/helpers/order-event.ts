import type { OrderEvent } from '../../src/store/orders/order-event.js';
import { readOrderEvent } from '../../src/store/orders/read-order-event.js';
import type { SimulatedEvent } from './simulate-orders.js';

/** What the flush hands to the projection of an event that a service sent. */
export function orderEventOf({ id, event_type, entity_id, event_data }: SimulatedEvent): OrderEvent {
  const order_id = typeof event_data.order_id === 'string' ? event_data.order_id : entity_id;
  const event = readOrderEvent({ id, order_id, event_type, event_data, identity: 'service' });
  if (!event) throw new Error(`${event_type} is no order's event`);
  return event;
}
