import type { OrderAnswer } from '../../contract/order.js';

const timeColumns = [
  'state_since',
  'first_at',
  'last_at',
  'placed_at',
  'accepted_at',
  'preparing_at',
  'ready_at',
  'courier_assigned_at',
  'picked_up_at',
  'delivered_at',
  'rejected_at',
  'cancelled_at',
] as const;
type TimeColumn = (typeof timeColumns)[number];

/** A row of `orders`, as the driver returns it. */
export type OrderRecord = Omit<OrderAnswer, TimeColumn> & Record<TimeColumn, Date | null>;

/** The columns of {@link OrderRecord}, for SELECT: without the facts, which are ours. */
export const orderColumnList = `order_id, state, customer_id, restaurant_id, courier_id, currency, amount, captured, refunded, illegal,
       ${timeColumns.join(', ')}`;

export const orderAnswer = (row: OrderRecord): OrderAnswer => ({
  ...row,
  ...(Object.fromEntries(timeColumns.map((column) => [column, row[column]?.toISOString() ?? null])) as Pick<
    OrderAnswer,
    TimeColumn
  >),
});
