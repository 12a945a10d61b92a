import type { ConditionOf } from '../../contract/alert-rule.js';
import type { StuckOrder } from '../engine/world.js';
import { STUCK_AT_MOST } from '../queries/get-stuck-orders.js';
import type { During } from './database-past.js';
import { SpanPast } from './span-past.js';

const stages = [
  'placed',
  'accepted',
  'preparing',
  'ready',
  'courier_assigned',
  'picked_up',
  'delivered',
] as const;

/** When an order reached what, Unix ms; null: it did not. */
export interface OrderTimes extends Record<`${(typeof stages)[number]}_at`, number | null> {
  order_id: string;
  restaurant_id: string | null;
  rejected_at: number | null;
  cancelled_at: number | null;
}

/** Answers which orders were stuck at a time; times have to be asked in order. */
export class OrderPast {
  readonly #orders: readonly OrderTimes[];
  readonly #waits = new Map<ConditionOf<'stuck_order'>, SpanPast<StuckOrder>>();

  constructor(orders: readonly OrderTimes[]) {
    this.#orders = orders;
  }

  stuckOrders(condition: ConditionOf<'stuck_order'>, at: number): StuckOrder[] {
    let waits = this.#waits.get(condition);
    if (!waits) {
      waits = new SpanPast(this.#orders.flatMap((order) => waitOf(order, condition) ?? []));
      this.#waits.set(condition, waits);
    }
    return waits.at(at);
  }
}

/** When an order was stuck as a condition says: from its limit on, until it went on, ended, or was given up. */
function waitOf(
  order: OrderTimes,
  { after, without, minutes, restaurant_id }: ConditionOf<'stuck_order'>,
): During<StuckOrder> | undefined {
  const since = order[`${after}_at`];
  if (since === null || (restaurant_id !== undefined && order.restaurant_id !== restaurant_id))
    return undefined;
  const from = since + minutes * 60_000;
  const later = stages
    .slice(stages.indexOf(without))
    .filter((stage) => stage !== 'courier_assigned' || without === stage);
  const ends = [...later.map((stage) => order[`${stage}_at`]), order.rejected_at, order.cancelled_at];
  const to = Math.min(from + STUCK_AT_MOST, ...ends.filter((end) => end !== null));
  const { order_id } = order;
  return from < to ? { what: { order_id, restaurant_id: order.restaurant_id, since }, from, to } : undefined;
}
