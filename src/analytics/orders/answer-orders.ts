import type pg from 'pg';
import type { z } from 'zod';
import type { Grouping, orderAnalyticsSchema } from '../../contract/order-analytics.js';
import type { SpanQuery } from '../../contract/span.js';
import { orderBucketsOf } from '../../store/orders/order-buckets.js';
import { OrderFigures } from '../../store/orders/order-figures.js';
import { coverOrders, type OrderRun } from '../../store/orders/order-grains.js';
import { figuresOfHours, figuresOfKeys } from '../../store/orders/order-parts.js';
import type { Bucket } from '../../store/rollups/bucket-memory.js';
import { readRollups } from '../../store/rollups/read-rollups.js';
import type { RollupMemory } from '../../store/rollups/rollup-memory.js';
import { getBusiestOrders } from '../queries/get-busiest-orders.js';
import { hourOfWeek, localTime } from './local-hours.js';
import { orderAmounts, orderFunnel, orderGroup } from './order-group.js';
import { orderRestOf, type PartyDimension, withRest } from './order-rest.js';
import { orderWindow } from './order-window.js';

export interface OrdersQuery extends SpanQuery {
  target_minutes: number;
  by: readonly Grouping[];
  top: number;
}

/** Hours of the week are made of days and hours: a week would have to be cut up again for each time zone. */
const hourGrains = [86_400, 3_600] as const;

/** How orders go: overall, by the busiest restaurants and couriers, by hour of the week. */
export function answerOrders(
  pool: pg.Pool,
  memory: RollupMemory,
  query: OrdersQuery,
  now: number,
): Promise<z.output<typeof orderAnalyticsSchema>> {
  const { span, fields } = orderWindow(query, now);
  const byHour = query.by.includes('hour_of_week');
  const hourRuns: OrderRun[] = byHour ? coverOrders(span, hourGrains) : [];
  return readRollups(
    pool,
    memory,
    async (pending, ask, { along }) => {
      const [buckets, hourBuckets] = along as [Bucket[], Bucket[]];
      const rest = orderRestOf(pending.orders, span);
      const busiest = async (dimension: PartyDimension) =>
        query.by.includes(dimension)
          ? (await getBusiestOrders(ask, memory, dimension, query.top, buckets, rest)).map(([key, of]) => ({
              key,
              ...orderGroup(of, query.target_minutes),
            }))
          : [];
      const hoursOfWeek = async () => {
        if (!byHour) return [];
        const local = localTime(query.timezone);
        const groupOf = (hour: number) => hourOfWeek(local(hour));
        const sum = await memory.buckets.sumOf(ask, figuresOfHours(query.timezone, groupOf), hourBuckets);
        return [...withRest(sum, rest, ({ hour }) => groupOf(hour))]
          .filter(([, of]) => of.counts.orders > 0)
          .sort(([a], [b]) => a - b)
          .map(([hour, of]) => ({
            weekday: Math.floor(hour / 24) + 1,
            hour: hour % 24,
            ...orderGroup(of, query.target_minutes),
          }));
      };
      const [all, restaurants, couriers, by_hour_of_week] = await Promise.all([
        memory.buckets.sumOf(ask, figuresOfKeys, buckets, ['', '[""]']),
        busiest('restaurant'),
        busiest('courier'),
        hoursOfWeek(),
      ]);
      const total = withRest(all, rest, () => '').get('') ?? new OrderFigures();
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
    },
    [orderBucketsOf(coverOrders(span)), orderBucketsOf(hourRuns)],
  );
}
