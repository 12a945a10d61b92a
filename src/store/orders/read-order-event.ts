import { isOrderEventType, type OrderEvent, type OrderFacts } from './order-event.js';

/** The columns of a business event that its order's figures depend on. */
export interface EventColumns {
  id: string;
  order_id?: string | null | undefined;
  event_type: string;
  event_data: unknown;
  identity: string;
}

/** As `event_data`'s schemas have it; rows from before them may hold anything. */
export const LARGEST_AMOUNT = 1e9;
const LONGEST_ID = 255;

type Reader = (value: unknown) => string | number | undefined;

const id: Reader = (value) =>
  typeof value === 'string' && value !== '' && value.length <= LONGEST_ID ? value : undefined;
const amount: Reader = (value) =>
  typeof value === 'number' && value >= 0 && value <= LARGEST_AMOUNT ? value : undefined;
const currency: Reader = (value) =>
  typeof value === 'string' && /^[A-Z]{3}$/.test(value) ? value : undefined;

const readers = Object.entries({
  customer_id: id,
  restaurant_id: id,
  courier_id: id,
  amount,
  currency,
  payment_id: id,
  delivery_fee: amount,
  tip: amount,
} satisfies Partial<Record<keyof OrderFacts, Reader>>);

/** The facts of a stored event, or undefined where it tells nothing about an order's life. */
export function readOrderEvent(row: EventColumns): OrderEvent | undefined {
  if (!row.order_id || !isOrderEventType(row.event_type)) return undefined;
  const event: OrderEvent = { id: row.id, order_id: row.order_id, event_type: row.event_type };
  if (row.identity === 'service') event.by_service = true;
  const data = typeof row.event_data === 'object' && row.event_data !== null ? row.event_data : {};
  for (const [name, read] of readers) {
    const value = read((data as Record<string, unknown>)[name]);
    if (value !== undefined) Object.assign(event, { [name]: value });
  }
  return event;
}
