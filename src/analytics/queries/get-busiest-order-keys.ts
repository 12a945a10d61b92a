import type { OrderRun } from '../../store/orders/order-grains.js';
import type { Ask } from '../../store/rollups/read-rollups.js';
import { type OrderRest, orderRunArrays } from '../orders/order-rest.js';
import { keyOf, type OrderDimension } from './get-order-figures.js';

/** Keys of each bucket that are looked at: one who is among the first ten of a month is among the first hundred of most of its days. */
const CANDIDATES = 100;

/**
 * The restaurants or couriers with the most orders in a span, busiest first. Adding up everybody's buckets would read 60,000 rows for a month; so only the
 * first {@link CANDIDATES} of each bucket are looked at (the threshold algorithm of Fagin, Lotem and Naor, 2003). Whoever is among none of them has at most
 * what the last of each bucket's come to, and whoever is among some at most as much in the other buckets: all who could be among the first are added
 * up exactly. Where somebody beside the candidates could, everybody is.
 */
export async function getBusiestOrderKeys(
  ask: Ask,
  dimension: Exclude<OrderDimension, ''>,
  top: number,
  runs: readonly OrderRun[],
  rest: readonly OrderRest[],
): Promise<string[]> {
  const waiting = new Map<string, number>();
  for (const entry of rest) {
    const key = keyOf(entry, dimension);
    if (key !== null) waiting.set(key, (waiting.get(key) ?? 0) + (entry.tally.orders ?? 0));
  }
  // What waits can move its own keys only: the first `top` of the others, and all that wait, hold the answer.
  const first = top + waiting.size;
  const values = [...orderRunArrays(runs), dimension, first, [...waiting.keys()]];
  let rows = await ask<KeyTotal>('busiest order keys', likeliest, values);
  if (!isExact(rows, first)) rows = await ask<KeyTotal>('busiest of all order keys', everybody, values);
  const sums = new Map(rows.map(({ key, orders }) => [key, orders]));
  for (const [key, orders] of waiting) sums.set(key, (sums.get(key) ?? 0) + orders);
  return [...sums]
    .filter(([, orders]) => orders > 0)
    .sort(([a, ordersA], [b, ordersB]) => ordersB - ordersA || (a < b ? -1 : 1))
    .slice(0, top)
    .map(([key]) => key);
}

interface KeyTotal {
  key: string;
  orders: number;
  /** What a key that was not looked at has at most. */
  bound: number;
}

/** Whether nobody who was not looked at can be among the first; an equal number of orders would decide by name. */
function isExact(rows: readonly KeyTotal[], first: number): boolean {
  const bound = rows[0]?.bound ?? 0;
  const last = rows.map(({ orders }) => orders).sort((a, b) => b - a)[first - 1] ?? 0;
  return bound === 0 || bound < last;
}

const RUNS = 'unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) AS run (grain, starts, ends)';
const IN_RUN = 'stored.grain = run.grain AND stored.bucket >= run.starts AND stored.bucket < run.ends';

const likeliest = `
  WITH buckets AS MATERIALIZED (
    SELECT stored.grain, stored.bucket FROM ${RUNS} JOIN order_rollups AS stored ON ${IN_RUN} WHERE dimension = '' AND key = ''
  ), candidate AS MATERIALIZED (
    SELECT buckets.grain, buckets.bucket, best.key, best.orders
    FROM buckets
    CROSS JOIN LATERAL (
      SELECT key, orders
      FROM order_rollups
      WHERE grain = buckets.grain AND bucket = buckets.bucket AND dimension = $4
      ORDER BY orders DESC
      LIMIT ${CANDIDATES}
    ) AS best
  ), least AS MATERIALIZED (
    SELECT grain, bucket, CASE WHEN count(*) = ${CANDIDATES} THEN min(orders) ELSE 0 END AS orders FROM candidate GROUP BY grain, bucket
  ), bound AS MATERIALIZED (
    SELECT coalesce(sum(orders), 0) AS orders FROM least
  ), known AS MATERIALIZED (
    SELECT key, sum(candidate.orders) AS at_least, sum(candidate.orders) - sum(least.orders) + (SELECT orders FROM bound) AS at_most
    FROM candidate
    JOIN least USING (grain, bucket)
    GROUP BY key
  ), wanted AS MATERIALIZED (
    SELECT key FROM known WHERE at_most >= coalesce((SELECT at_least FROM known ORDER BY at_least DESC OFFSET $5::int - 1 LIMIT 1), 0)
    UNION
    SELECT unnest($6::text[])
  )
  SELECT key, sum(stored.orders)::int AS orders, (SELECT orders FROM bound)::int AS bound
  FROM wanted
  CROSS JOIN ${RUNS}
  JOIN order_rollups AS stored USING (key)
  WHERE ${IN_RUN} AND stored.dimension = $4
  GROUP BY key`;

const everybody = `
  SELECT key, orders::int AS orders, 0 AS bound
  FROM (
    SELECT key, sum(orders) AS orders, row_number() OVER (ORDER BY sum(orders) DESC, key COLLATE "C") AS rank
    FROM ${RUNS}
    JOIN order_rollups AS stored ON ${IN_RUN}
    WHERE dimension = $4
    GROUP BY key
  ) AS ranked
  WHERE rank <= $5 OR key = ANY($6::text[])`;
