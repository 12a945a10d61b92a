import { HOUR_MS, orderCounts } from '../../store/orders/order-contribution.js';
import { type FigureColumns, OrderFigures } from '../../store/orders/order-figures.js';
import type { Span } from '../../store/orders/order-grains.js';
import type { Ask } from '../../store/rollups/read-rollups.js';
import { timeText } from '../../store/upsert.js';
import type { OrderRest } from '../orders/order-rest.js';
import { keyOf, type OrderDimension } from './get-order-figures.js';

/**
 * The figures of one key's hours, added up by groups: `groupOf` says which an hour (Unix ms of its start) is in. Adding up as rows come keeps a
 * year's 8,760 hours from being held at once. Without amounts it takes a fifth less time.
 */
export async function getOrderHours<Group>(
  ask: Ask,
  dimension: OrderDimension,
  key: string,
  span: Span,
  rest: readonly OrderRest[],
  groupOf: (hour: number) => Group,
  { amounts = true } = {},
): Promise<Map<Group, OrderFigures>> {
  const rows = await ask<FigureColumns & { hour: number }>(
    `order hours ${amounts ? 'with amounts' : ''}`,
    `SELECT extract(epoch FROM bucket)::float8 * 1000 AS hour, ${orderCounts.join(', ')}, ${amounts ? 'amounts,' : ''} sketches
     FROM order_rollups
     WHERE grain = ${HOUR_MS / 1_000} AND dimension = $1 AND key = $2 AND bucket >= $3 AND bucket < $4`,
    [dimension, key, timeText(span.from), timeText(span.to)],
  );
  const groups = new Map<Group, OrderFigures>();
  const figuresAt = (hour: number): OrderFigures => {
    const group = groupOf(hour);
    const held = groups.get(group) ?? new OrderFigures();
    groups.set(group, held);
    return held;
  };
  for (const row of rows) figuresAt(row.hour).addColumns(row);
  for (const waiting of rest)
    if (keyOf(waiting, dimension) === key) figuresAt(waiting.hour).addTally(waiting.tally);
  return groups;
}
