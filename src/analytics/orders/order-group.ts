import { SUFFICIENT } from '../../contract/order-analytics.js';
import {
  type FunnelStage,
  funnelStages,
  type StageSpan,
  stageSpanNames,
} from '../../store/orders/order-contribution.js';
import type { OrderFigures } from '../../store/orders/order-figures.js';
import { amountNames, fromUnits } from '../../store/orders/order-money.js';

const MINUTE_MS = 60_000;

/** A part of a whole; null where the whole is too small to say. */
export const shareOf = (part: number, whole: number): number | null =>
  whole < SUFFICIENT ? null : part / whole;

export function stageTime({ sketches }: OrderFigures, name: StageSpan) {
  const sketch = sketches.get(name);
  if (!sketch || sketch.count < SUFFICIENT) return null;
  const at = (q: number) => Math.round(sketch.quantile(q) ?? 0);
  return { orders: sketch.count, p50: at(0.5), p90: at(0.9), p95: at(0.95) };
}

const cancelledIn = ({ counts }: OrderFigures): number =>
  counts.cancelled_placed + counts.cancelled_accepted + counts.cancelled_ready + counts.cancelled_picked_up;

/** What every group of orders says of itself. */
export function orderGroup(figures: OrderFigures, targetMinutes: number) {
  const { counts } = figures;
  const cancelled = cancelledIn(figures);
  const times = figures.sketches.get('placed_to_delivered');
  return {
    orders: counts.orders,
    insufficient: counts.orders < SUFFICIENT,
    delivered: counts.delivered,
    rejected: counts.rejected,
    cancelled,
    illegal: counts.illegal,
    late_share: times && times.count >= SUFFICIENT ? times.shareAbove(targetMinutes * MINUTE_MS) : null,
    cancelled_share: shareOf(cancelled, counts.orders),
    stage_times: Object.fromEntries(stageSpanNames.map((name) => [name, stageTime(figures, name)])) as Record<
      StageSpan,
      ReturnType<typeof stageTime>
    >,
  };
}

/** How far orders came, and where they ended. */
export function orderFunnel({ counts }: OrderFigures) {
  const cancelledAt: Record<FunnelStage, number> = {
    placed: counts.cancelled_placed,
    accepted: counts.cancelled_accepted,
    ready: counts.cancelled_ready,
    picked_up: counts.cancelled_picked_up,
    delivered: 0,
  };
  return funnelStages.map((stage, index) => {
    const orders = counts[stage];
    const previous = funnelStages[index - 1];
    const next = funnelStages[index + 1];
    const rejected = stage === 'placed' ? counts.rejected : 0;
    const cancelled = cancelledAt[stage];
    return {
      stage,
      orders,
      share_of_previous: previous ? shareOf(orders, counts[previous]) : null,
      share_of_first: shareOf(orders, counts.placed),
      rejected,
      cancelled,
      open: next ? orders - counts[next] - rejected - cancelled : 0,
    };
  });
}

/** Amounts in main units, by currency, in the order of their codes. */
export const orderAmounts = ({ amounts }: OrderFigures) =>
  [...amounts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, units]) => ({
      currency,
      ...(Object.fromEntries(amountNames.map((name) => [name, fromUnits(units.get(name) ?? 0)])) as Record<
        (typeof amountNames)[number],
        number
      >),
    }));

/** What a courier earned, by currency. */
export const earnings = (figures: OrderFigures) =>
  orderAmounts(figures)
    .filter(({ delivery_fee, tip }) => delivery_fee > 0 || tip > 0)
    .map(({ currency, delivery_fee, tip }) => ({
      currency,
      delivery_fee,
      tip,
      total: Math.round((delivery_fee + tip) * 10_000) / 10_000,
    }));
