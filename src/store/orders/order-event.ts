/**
 * The events that tell an order's life, each with the letter that stands for it in a path (`order_paths.path`). A letter, once stored, means
 * the same for ever. Where a courier is, and what users do, says nothing about an order's stages and is not among them.
 */
export const orderEventLetters = {
  order_placed: 'P',
  order_accepted: 'A',
  order_rejected: 'X',
  order_preparing: 'K',
  order_ready: 'R',
  courier_assigned: 'S',
  order_picked_up: 'U',
  order_delivered: 'D',
  order_cancelled: 'C',
  payment_authorized: 'a',
  payment_captured: 'c',
  payment_failed: 'f',
  payment_refunded: 'r',
  dispute_opened: 'd',
  dispute_resolved: 's',
  review_submitted: 'v',
} as const;

export type OrderEventType = keyof typeof orderEventLetters;

export const isOrderEventType = (type: string): type is OrderEventType =>
  Object.hasOwn(orderEventLetters, type);

/** What an order's row keeps of an event, beside its id; what the event did not say is not there. */
export interface OrderFacts {
  event_type: OrderEventType;
  /** Sent with an API key: believed before what people say. */
  by_service?: true;
  customer_id?: string;
  restaurant_id?: string;
  courier_id?: string;
  /** In the currency's main unit, as are fee and tip. */
  amount?: number;
  currency?: string;
  payment_id?: string;
  delivery_fee?: number;
  tip?: number;
}

/** What the orders projection needs of an event. */
export interface OrderEvent extends OrderFacts {
  /** The event's id; its time is the event's. */
  id: string;
  order_id: string;
}
