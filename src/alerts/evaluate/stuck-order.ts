import type { ConditionOf } from '../../contract/alert-rule.js';
import type { Observation } from '../engine/observation.js';
import type { StuckOrder } from '../engine/world.js';
import { type Evaluator, STEP } from './evaluator.js';
import { counted, timeInWords } from './plain-words.js';

type Condition = ConditionOf<'stuck_order'>;

/** Orders that wait too long for a stage: each by itself, or how many there are of a restaurant or in all. */
export function stuckOrder(condition: Condition): Evaluator {
  return {
    every: STEP,
    lookback: 0,
    async observe(at, world) {
      const stuck = await world.stuckOrders(condition, at);
      if (condition.group_by === 'order') return stuck.map((order) => ofOrder(condition, order, at));
      const groups = new Map<string, StuckOrder[]>();
      for (const order of stuck) {
        const key = condition.group_by === 'restaurant' ? (order.restaurant_id ?? '') : '';
        const group = groups.get(key);
        if (group) group.push(order);
        else groups.set(key, [order]);
      }
      return [...groups].map(([key, orders]) => ofGroup(condition, key, orders, at));
    },
  };
}

const stageWords: Record<string, string> = { courier_assigned: 'given to a courier', picked_up: 'picked up' };
const inWords = (stage: string) => stageWords[stage] ?? stage;

function ofOrder({ after, without, minutes }: Condition, order: StuckOrder, at: number): Observation {
  const waited = at - order.since;
  const of = order.restaurant_id === null ? '' : ` of restaurant ${order.restaurant_id}`;
  const summary = () =>
    `Order ${order.order_id}${of} was ${inWords(after)} ${timeInWords(waited)} ago and is not ${inWords(without)}; ` +
    `the limit is ${timeInWords(minutes * 60_000)}`;
  const value = Math.round((waited / 60_000) * 100) / 100;
  return {
    group: { order_id: order.order_id },
    breached: true,
    value,
    threshold: minutes,
    unit: 'minutes',
    summary,
  };
}

/** Orders that a summary names. */
const NAMED = 5;

function ofGroup(
  { after, without, minutes, min_orders, group_by }: Condition,
  restaurant_id: string,
  orders: readonly StuckOrder[],
  at: number,
): Observation {
  const byRestaurant = group_by === 'restaurant' && restaurant_id !== '';
  const oldest = orders.reduce((least, { since }) => Math.min(least, since), at);
  const summary = () => {
    const named = orders.slice(0, NAMED).map(({ order_id }) => order_id);
    const more = orders.length > NAMED ? ` and ${orders.length - NAMED} more` : '';
    return (
      `${byRestaurant ? `Restaurant ${restaurant_id}` : 'The platform'}: ${counted(orders.length, 'order')} ${inWords(after)} more than ` +
      `${timeInWords(minutes * 60_000)} ago and not ${inWords(without)}, the oldest ${timeInWords(at - oldest)} ago: ${named.join(', ')}${more}`
    );
  };
  return {
    group: byRestaurant ? { restaurant_id } : {},
    breached: orders.length >= min_orders,
    value: orders.length,
    threshold: min_orders,
    unit: 'orders',
    summary,
  };
}
