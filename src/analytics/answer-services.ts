import type pg from 'pg';
import type { z } from 'zod';
import type { serviceAnalyticsSchema, servicesSchema } from '../contract/analytics.js';
import type { SpanQuery } from '../contract/span.js';
import { cutSpan } from '../store/rollups/cut-span.js';
import { readRollups } from '../store/rollups/read-rollups.js';
import { mergeCalls, noCalls } from '../store/rollups/rollup-delta.js';
import { callFigures, rankBy } from './figures.js';
import { getCallCounts } from './queries/get-call-counts.js';
import { getErrors } from './queries/get-errors.js';
import { getNewestAt } from './queries/get-newest-at.js';
import { getMethodStats, getServiceStats } from './queries/get-service-stats.js';
import { serviceFigures } from './service-figures.js';
import { spanAnswer } from './span-answer.js';
import { windowOf } from './window.js';

const MOST_ERRORS = 20;

/** Every service that was called in a span, against the period before. */
export function answerServices(
  pool: pg.Pool,
  query: SpanQuery,
  now: number,
): Promise<z.output<typeof servicesSchema>> {
  return readRollups(pool, async (pending, ask, { minutesSince }) => {
    const window = windowOf(query, now, minutesSince);
    const [current, before] = await Promise.all([
      cutSpan(pool, window.span, window.smallest, pending),
      cutSpan(pool, window.previous, window.smallest, pending),
    ]);
    const [services, callsBefore, newestAt] = await Promise.all([
      getServiceStats(ask, current.runs, current.rest),
      getCallCounts(ask, before.runs, before.rest),
      getNewestAt(ask, window),
    ]);
    const { end, fields } = spanAnswer(window, query.timezone, newestAt);
    const lengths = (end - window.span.from) / (window.previous.to - window.previous.from);
    return { ...fields, services: serviceFigures(services, callsBefore, lengths) };
  });
}

/** One service: its methods, how long they took, and how they failed. */
export function answerService(
  pool: pg.Pool,
  service: string,
  query: SpanQuery,
  now: number,
): Promise<z.output<typeof serviceAnalyticsSchema>> {
  return readRollups(pool, async (pending, ask, { minutesSince }) => {
    const window = windowOf(query, now, minutesSince);
    const { runs, rest } = await cutSpan(pool, window.span, window.smallest, pending);
    const [methods, errors, newestAt] = await Promise.all([
      getMethodStats(ask, service, runs, rest),
      getErrors(ask, runs, rest, MOST_ERRORS, service),
      getNewestAt(ask, window),
    ]);
    const total = noCalls();
    for (const stats of methods.values()) mergeCalls(total, stats);
    return {
      ...spanAnswer(window, query.timezone, newestAt).fields,
      service_name: service,
      total: total.calls > 0 ? callFigures(total) : null,
      methods: rankBy(methods, (stats) => stats.calls).map(([method_name, stats]) => ({
        method_name,
        ...callFigures(stats),
      })),
      errors,
    };
  });
}
