import { HOUR_MS } from '../../store/orders/order-contribution.js';
import type { OrderDelta } from '../../store/orders/order-delta.js';
import { type OrderEventType, orderEventLetters } from '../../store/orders/order-event.js';
import type { OrderRun, Span } from '../../store/orders/order-grains.js';
import type { Ask } from '../../store/rollups/read-rollups.js';
import { runArrays } from '../../store/rollups/run-arrays.js';

/** How many orders of a span had the first step, the first two, and so on, in this order of time. */
export async function getOrderPathFunnel(
  ask: Ask,
  steps: readonly OrderEventType[],
  span: Span,
  runs: readonly OrderRun[],
  waiting: OrderDelta | undefined,
): Promise<number[]> {
  const letters = steps.map((step) => orderEventLetters[step]);
  // «P…A…D» in that order is the pattern %P%A%D%: a letter never means anything to LIKE.
  const patterns = letters.map((_, index) => `%${letters.slice(0, index + 1).join('%')}%`);
  const sums = patterns.map(
    (_, index) => `coalesce(sum(orders) FILTER (WHERE path LIKE $${index + 4}), 0)::float8`,
  );
  const [row] = await ask<{ counts: number[] }>(
    `order path funnel ${steps.length}`,
    `SELECT ARRAY[${sums.join(', ')}] AS counts
     FROM (
       SELECT path, sum(stored.orders) AS orders
       FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) AS run (grain, starts, ends)
       JOIN order_paths AS stored
         ON stored.grain = run.grain AND stored.bucket >= run.starts AND stored.bucket < run.ends
       GROUP BY path
     ) AS by_path`,
    [...runArrays(runs), ...patterns],
  );
  const counts = letters.map((_, index) => row?.counts[index] ?? 0);
  for (const [key, orders] of Object.entries(waiting?.paths ?? {})) {
    const [number, path = ''] = key.split(' ');
    const hour = Number(number) * HOUR_MS;
    if (hour < span.from || hour >= span.to) continue;
    for (let reached = stepsIn(path, letters); reached > 0; reached -= 1)
      counts[reached - 1] = (counts[reached - 1] ?? 0) + orders;
  }
  return counts;
}

/** How many of the letters a path has, in this order. */
function stepsIn(path: string, letters: readonly string[]): number {
  let at = -1;
  for (const [index, letter] of letters.entries()) {
    at = path.indexOf(letter, at + 1);
    if (at < 0) return index;
  }
  return letters.length;
}
