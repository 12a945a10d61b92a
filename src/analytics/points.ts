import { DateTime } from 'luxon';
import { MOST_POINTS, type Resolution } from '../contract/analytics.js';
import { bucketOf, DAY, type Grain, HOUR, MINUTE, type Span } from '../store/rollups/grains.js';

/** The buckets of a chart: each begins where the one before ends. */
export interface Points {
  resolution: Resolution;
  /** Unix ms of each point's start, and of the last one's end. */
  edges: number[];
  /** Size of the rollup's buckets that fill them. */
  grain: Grain;
}

const grainOf: Record<Exclude<Resolution, 'day'>, Grain> = { minute: MINUTE, hour: HOUR };

/**
 * Cuts a span, widened to whole points, into the smallest points that are not too many; or into those asked for, unless they are too many or not kept
 * any more, when undefined is returned. Days are those of the time zone; they are filled from UTC hours, so where its offset is not of whole hours a day
 * begins up to 59 minutes early.
 */
export function pointsOf(
  span: Span,
  timezone: string,
  minutesSince: number,
  wanted?: Resolution,
): Points | undefined {
  for (const resolution of wanted ? [wanted] : (['minute', 'hour', 'day'] as const)) {
    if (resolution === 'minute' && span.from < minutesSince) continue;
    const points = resolution === 'day' ? days(span, timezone) : evenly(span, resolution);
    if (points.edges.length - 1 <= MOST_POINTS) return points;
  }
  return undefined;
}

function evenly(span: Span, resolution: 'minute' | 'hour'): Points {
  const grain = grainOf[resolution];
  const length = grain * 1_000;
  const from = bucketOf(grain, span.from);
  const count = Math.min(Math.ceil((span.to - from) / length), MOST_POINTS + 1);
  return { resolution, grain, edges: Array.from({ length: count + 1 }, (_, index) => from + index * length) };
}

function days(span: Span, timezone: string): Points {
  const first = DateTime.fromMillis(span.from, { zone: timezone }).startOf('day');
  const edges = [first.toMillis()];
  for (let day = 1; (edges.at(-1) ?? 0) < span.to && edges.length <= MOST_POINTS + 1; day += 1)
    // Where clocks go forward at midnight, as in Cairo, the first day may begin at one; those after it do not.
    edges.push(first.plus({ days: day }).startOf('day').toMillis());
  const whole = edges.every((edge) => edge % (DAY * 1_000) === 0);
  return {
    resolution: 'day',
    grain: whole ? DAY : HOUR,
    edges: whole ? edges : edges.map((edge) => bucketOf(HOUR, edge)),
  };
}

/** Which point a time falls into; -1 outside. */
export function pointIndex({ edges }: Points, time: number): number {
  let low = 0;
  let high = edges.length - 1;
  if (time < (edges[0] ?? 0) || time >= (edges[high] ?? 0)) return -1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((edges[middle] ?? 0) <= time) low = middle;
    else high = middle;
  }
  return low;
}
