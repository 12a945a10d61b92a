import { HOUR_MS, orderCounts } from '../../store/orders/order-contribution.js';
import { type FigureColumns, OrderFigures } from '../../store/orders/order-figures.js';
import type { Span } from '../../store/orders/order-grains.js';
import type { Ask } from '../../store/rollups/read-rollups.js';
import { at } from '../../store/rollups/rollup-delta.js';
import { timeText } from '../../store/upsert.js';
import type { OrderRest, PartyDimension } from '../orders/order-rest.js';

/** The figures of one restaurant's or courier's hours, added up by groups: `groupOf` says which an hour (Unix ms of its start) is in. */
export async function getOrderHours<Group>(
  ask: Ask,
  dimension: PartyDimension,
  key: string,
  span: Span,
  rest: readonly OrderRest[],
  groupOf: (hour: number) => Group,
): Promise<Map<Group, OrderFigures>> {
  const rows = await ask<FigureColumns & { hour: number }>(
    'order hours',
    `SELECT extract(epoch FROM bucket)::float8 * 1000 AS hour, ${orderCounts.join(', ')}, amounts, sketches
     FROM order_rollups
     WHERE grain = ${HOUR_MS / 1_000} AND dimension = $1 AND key = $2 AND bucket >= $3 AND bucket < $4`,
    [dimension, key, timeText(span.from), timeText(span.to)],
  );
  const groups = new Map<Group, OrderFigures>();
  const figuresAt = (hour: number) => at(groups, groupOf(hour), () => new OrderFigures());
  for (const row of rows) figuresAt(row.hour).addColumns(row);
  for (const waiting of rest) if (waiting[dimension] === key) figuresAt(waiting.hour).addTally(waiting.tally);
  return groups;
}
