import { addTally, addTo, type OrderDelta, type Tally, writeTallyKey } from './order-delta.js';
import type { Order, StageTime } from './project-order.js';

/** How far an order came, in this order. Preparing is part of accepted. */
export const funnelStages = ['placed', 'accepted', 'ready', 'picked_up', 'delivered'] as const;
export type FunnelStage = (typeof funnelStages)[number];

/** From which stage to which the time is kept. */
export const stageSpans = {
  placed_to_accepted: ['placed_at', 'accepted_at'],
  accepted_to_ready: ['accepted_at', 'ready_at'],
  ready_to_picked_up: ['ready_at', 'picked_up_at'],
  picked_up_to_delivered: ['picked_up_at', 'delivered_at'],
  placed_to_delivered: ['placed_at', 'delivered_at'],
} as const satisfies Record<string, readonly [StageTime, StageTime]>;
export type StageSpan = keyof typeof stageSpans;
export const stageSpanNames = Object.keys(stageSpans) as StageSpan[];

/** What is counted of orders: columns of `order_rollups`. */
export const orderCounts = [
  'orders',
  ...funnelStages,
  'rejected',
  'cancelled_placed',
  'cancelled_accepted',
  'cancelled_ready',
  'cancelled_picked_up',
  'illegal',
] as const;
export type OrderCount = (typeof orderCounts)[number];

/** Milliseconds in the hour that orders are counted by. */
export const HOUR_MS = 3_600_000;

/** What an order adds to the sums. Its hour is that of its first event: it stays where it began, however long it takes. */
export function tallyOf(order: Order): Tally {
  const tally: Tally = { orders: 1 };
  const stage = furthestStage(order);
  const reached = stage === undefined ? 0 : funnelStages.indexOf(stage) + 1;
  for (const name of funnelStages.slice(0, reached)) tally[name] = 1;
  if (order.state === 'rejected') tally.rejected = 1;
  if (order.state === 'cancelled') tally[`cancelled_${stage}`] = 1;
  if (order.illegal.length > 0) tally.illegal = 1;
  for (const [currency, amounts] of order.money) {
    for (const [name, units] of Object.entries(amounts))
      if (units !== 0) tally[`${currency} ${name}`] = units;
  }
  for (const name of stageSpanNames) {
    const [from, to] = stageSpans[name].map((time) => legalTime(order, time));
    // Clocks of two services may disagree: a time that would be negative says nothing.
    if (from !== undefined && to !== undefined && to >= from) addTo(tally, `${name} ${to - from}`, 1);
  }
  return tally;
}

/**
 * The furthest stage that an order reached: an event of a stage, or of any later one, shows that it was reached (ready is often left out). What is said to
 * have happened after an order's end does not count, and a restaurant's rejection takes its acceptance back. Undefined where only money moved.
 */
function furthestStage(order: Order): FunnelStage | undefined {
  if (order.state === 'delivered') return 'delivered';
  const legal = (time: StageTime) => legalTime(order, time) !== undefined;
  if (order.state !== 'rejected') {
    if (legal('picked_up_at')) return 'picked_up';
    if (legal('ready_at')) return 'ready';
    if (legal('accepted_at') || legal('preparing_at')) return 'accepted';
  }
  return order.state === 'unknown' ? undefined : 'placed';
}

function legalTime(order: Order, time: StageTime): number | undefined {
  const at = order[time];
  const ended = order.state === 'rejected' || order.state === 'cancelled';
  return at === undefined || (ended && at > order.state_since) ? undefined : at;
}

/** Adds an order's contribution to a delta, or takes it back (`times` −1). */
export function contribute(delta: OrderDelta, order: Order | undefined, times: 1 | -1): void {
  if (!order) return;
  const hour = Math.floor(order.first_at / HOUR_MS);
  delta.tallies ??= {};
  const key = writeTallyKey([hour, order.restaurant_id ?? null, order.courier_id ?? null]);
  const tally = delta.tallies[key] ?? {};
  addTally(tally, tallyOf(order), times);
  if (Object.keys(tally).length === 0) delete delta.tallies[key];
  else delta.tallies[key] = tally;
  delta.paths ??= {};
  addTo(delta.paths, `${hour} ${order.path}`, times);
}
