import type pg from 'pg';
import type { z } from 'zod';
import type { Grouping, orderAnalyticsSchema } from '../../contract/order-analytics.js';
import type { SpanQuery } from '../../contract/span.js';
import { OrderFigures } from '../../store/orders/order-figures.js';
import { coverOrders } from '../../store/orders/order-grains.js';
import { readRollups } from '../../store/rollups/read-rollups.js';
import type { RollupMemory } from '../../store/rollups/rollup-memory.js';
import { getBusiestOrderKeys } from '../queries/get-busiest-order-keys.js';
import { getOrderFigures } from '../queries/get-order-figures.js';
import { getOrderHours } from '../queries/get-order-hours.js';
import { hourOfWeek, localTime } from './local-hours.js';
import { orderAmounts, orderFunnel, orderGroup } from './order-group.js';
import { orderRestOf } from './order-rest.js';
import { orderWindow } from './order-window.js';

export interface OrdersQuery extends SpanQuery {
  target_minutes: number;
  by: readonly Grouping[];
  top: number;
}

/** How orders go: overall, by the busiest restaurants and couriers, by hour of the week. */
export function answerOrders(
  pool: pg.Pool,
  memory: RollupMemory,
  query: OrdersQuery,
  now: number,
): Promise<z.output<typeof orderAnalyticsSchema>> {
  const { span, fields } = orderWindow(query, now);
  const runs = coverOrders(span);
  return readRollups(pool, memory, async (pending, ask) => {
    const rest = orderRestOf(pending.orders, span);
    const busiest = async (dimension: 'restaurant' | 'courier') => {
      if (!query.by.includes(dimension)) return [];
      const keys = await getBusiestOrderKeys(ask, dimension, query.top, runs, rest);
      const figures = await getOrderFigures(ask, dimension, keys, runs, rest);
      return [...figures].map(([key, of]) => ({ key, ...orderGroup(of, query.target_minutes) }));
    };
    const byHour = async () => {
      if (!query.by.includes('hour_of_week')) return [];
      const local = localTime(query.timezone);
      const hours = await getOrderHours(ask, '', '', span, rest, (hour) => hourOfWeek(local(hour)), {
        amounts: false,
      });
      return [...hours]
        .filter(([, of]) => of.counts.orders > 0)
        .sort(([a], [b]) => a - b)
        .map(([hour, of]) => ({
          weekday: Math.floor(hour / 24) + 1,
          hour: hour % 24,
          ...orderGroup(of, query.target_minutes),
        }));
    };
    const [all, restaurants, couriers, by_hour_of_week] = await Promise.all([
      getOrderFigures(ask, '', [''], runs, rest),
      busiest('restaurant'),
      busiest('courier'),
      byHour(),
    ]);
    const total = all.get('') ?? new OrderFigures();
    return {
      ...fields,
      target_minutes: query.target_minutes,
      ...orderGroup(total, query.target_minutes),
      funnel: orderFunnel(total),
      amounts: orderAmounts(total),
      by_restaurant: restaurants.map(({ key, ...group }) => ({ restaurant_id: key, ...group })),
      by_courier: couriers.map(({ key, ...group }) => ({ courier_id: key, ...group })),
      by_hour_of_week,
    };
  });
}
