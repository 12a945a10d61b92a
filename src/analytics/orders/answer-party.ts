import type pg from 'pg';
import type { z } from 'zod';
import type { courierAnalyticsSchema, restaurantAnalyticsSchema } from '../../contract/order-analytics.js';
import type { SpanQuery } from '../../contract/span.js';
import { coverOrders } from '../../store/orders/order-grains.js';
import { readRollups } from '../../store/rollups/read-rollups.js';
import type { RollupMemory } from '../../store/rollups/rollup-memory.js';
import { getOrderFigures } from '../queries/get-order-figures.js';
import { getOrderHours } from '../queries/get-order-hours.js';
import { dateOf, localTime } from './local-hours.js';
import { earnings, orderAmounts, orderGroup, shareOf, stageTime } from './order-group.js';
import { orderRestOf, type PartyDimension } from './order-rest.js';
import { orderWindow } from './order-window.js';

export interface PartyQuery extends SpanQuery {
  target_minutes: number;
}

/** One restaurant's figures, in all and by day. */
export async function answerRestaurant(
  pool: pg.Pool,
  memory: RollupMemory,
  restaurant_id: string,
  query: PartyQuery,
  now: number,
): Promise<z.output<typeof restaurantAnalyticsSchema>> {
  const { fields, total, days } = await figuresOf(pool, memory, 'restaurant', restaurant_id, query, now);
  return {
    ...fields,
    target_minutes: query.target_minutes,
    restaurant_id,
    ...orderGroup(total, query.target_minutes),
    accepted: total.counts.accepted,
    accepted_share: shareOf(total.counts.accepted, total.counts.placed),
    preparation: stageTime(total, 'accepted_to_ready'),
    amounts: orderAmounts(total),
    days: days.map(([date, figures]) => {
      const { orders, rejected, cancelled, delivered } = orderGroup(figures, query.target_minutes);
      const { accepted } = figures.counts;
      return { date, orders, accepted, rejected, cancelled, delivered, amounts: orderAmounts(figures) };
    }),
  };
}

/** One courier's figures, in all and by day. */
export async function answerCourier(
  pool: pg.Pool,
  memory: RollupMemory,
  courier_id: string,
  query: PartyQuery,
  now: number,
): Promise<z.output<typeof courierAnalyticsSchema>> {
  const { fields, total, days } = await figuresOf(pool, memory, 'courier', courier_id, query, now);
  return {
    ...fields,
    target_minutes: query.target_minutes,
    courier_id,
    ...orderGroup(total, query.target_minutes),
    earnings: earnings(total),
    days: days.map(([date, figures]) => {
      const { orders, delivered } = figures.counts;
      return { date, orders, delivered, earnings: earnings(figures) };
    }),
  };
}

async function figuresOf(
  pool: pg.Pool,
  memory: RollupMemory,
  dimension: PartyDimension,
  key: string,
  query: PartyQuery,
  now: number,
) {
  const { span, fields } = orderWindow(query, now);
  const local = localTime(query.timezone);
  return readRollups(pool, memory, async (pending, ask) => {
    const rest = orderRestOf(pending.orders, span);
    const [total, byDay] = await Promise.all([
      getOrderFigures(ask, dimension, key, coverOrders(span), rest),
      getOrderHours(ask, dimension, key, span, rest, (hour) => dateOf(local(hour))),
    ]);
    const days = [...byDay]
      .filter(([, figures]) => figures.counts.orders > 0)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return { fields, total, days };
  });
}
