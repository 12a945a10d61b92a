import type pg from 'pg';
import type { z } from 'zod';
import type {
  Resolution,
  TimeseriesMetric,
  timeseriesQuerySchema,
  timeseriesSchema,
} from '../contract/analytics.js';
import { Problem } from '../http/problem.js';
import type { Run } from '../store/rollups/grains.js';
import { type Ask, readRollups } from '../store/rollups/read-rollups.js';
import type { RollupDelta } from '../store/rollups/rollup-delta.js';
import type { RollupMemory } from '../store/rollups/rollup-memory.js';
import { type Points, pointsOf } from './points.js';
import { getActivitySeries } from './queries/get-activity-series.js';
import { getCallSeries } from './queries/get-call-series.js';
import { getUserSeries } from './queries/get-user-series.js';
import { windowOf } from './window.js';

export type TimeseriesQuery = z.output<typeof timeseriesQuerySchema>;
export type Timeseries = z.output<typeof timeseriesSchema>;

/** One metric over time, from the rollups. Throws a 422 {@link Problem} for a resolution that the span does not allow. */
export function answerTimeseries(
  pool: pg.Pool,
  memory: RollupMemory,
  query: TimeseriesQuery,
  now: number,
): Promise<Timeseries> {
  return readRollups(pool, memory, async (pending, ask, { minutesSince }) => {
    const window = windowOf(query, now, minutesSince);
    const points = pointsOf(window.span, query.timezone, minutesSince, query.resolution);
    if (!points) throw wrongResolution(query.resolution);
    const edges = points.edges;
    const span = { from: edges[0] ?? 0, to: edges.at(-1) ?? 0 };
    const run: Run = { grain: points.grain, ...span };
    const values = await valuesOf(query.metric, { ask, pending, run, points, query, memory });
    return {
      timeframe: window.timeframe,
      from: new Date(span.from).toISOString(),
      to: new Date(span.to).toISOString(),
      timezone: query.timezone,
      metric: query.metric,
      resolution: points.resolution,
      points: values.map((value, index) => ({ from: new Date(edges[index] ?? 0).toISOString(), value })),
    };
  });
}

/** What a series is made from. */
export interface SeriesSource {
  ask: Ask;
  pending: RollupDelta;
  run: Run;
  points: Points;
  query: Pick<TimeseriesQuery, 'service' | 'method' | 'user_type'>;
  memory: RollupMemory;
}

async function valuesOf(metric: TimeseriesMetric, source: SeriesSource): Promise<(number | null)[]> {
  switch (metric) {
    case 'unique_users':
      return getUserSeries(source);
    case 'actions':
    case 'failures':
    case 'success_rate':
      return getActivitySeries(source, metric);
    default:
      return getCallSeries(source, metric);
  }
}

const wrongResolution = (resolution: Resolution | undefined): Problem => {
  const message =
    resolution === 'minute'
      ? 'minutes are kept for 7 days, and one answer has 500 points at most'
      : 'one answer has 500 points at most; ask for a coarser resolution or a shorter span';
  return new Problem('validation-failed', 'This resolution does not fit the span.', {
    errors: [{ path: 'resolution', message }],
  });
};
