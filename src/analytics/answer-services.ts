import type pg from 'pg';
import type { z } from 'zod';
import type { serviceAnalyticsSchema, servicesSchema } from '../contract/analytics.js';
import type { SpanQuery } from '../contract/span.js';
import { mergeCalls, noCalls } from '../store/rollups/rollup-delta.js';
import type { RollupMemory } from '../store/rollups/rollup-memory.js';
import { callFigures, rankBy } from './figures.js';
import { getErrors } from './queries/get-errors.js';
import { getMethodStats, getServiceStats } from './queries/get-service-stats.js';
import { readWindow } from './read-window.js';
import { serviceFigures } from './service-figures.js';
import { spanAnswer } from './span-answer.js';

const MOST_ERRORS = 20;

/** Every service that was called in a span, against the period before. */
export function answerServices(
  pool: pg.Pool,
  memory: RollupMemory,
  query: SpanQuery,
  now: number,
): Promise<z.output<typeof servicesSchema>> {
  return readWindow(pool, memory, query, now, async ({ window, current, before, newestAt, ask }) => {
    const [services, servicesBefore] = await Promise.all([
      getServiceStats(ask, memory, current),
      getServiceStats(ask, memory, before),
    ]);
    const { end, fields } = spanAnswer(window, query.timezone, newestAt);
    const lengths = (end - window.span.from) / (window.previous.to - window.previous.from);
    return { ...fields, services: serviceFigures(services, servicesBefore, lengths) };
  });
}

/** One service: its methods, how long they took, and how they failed. */
export function answerService(
  pool: pg.Pool,
  memory: RollupMemory,
  service: string,
  query: SpanQuery,
  now: number,
): Promise<z.output<typeof serviceAnalyticsSchema>> {
  return readWindow(pool, memory, query, now, async ({ window, current, newestAt, ask }) => {
    const [methods, errors] = await Promise.all([
      getMethodStats(ask, memory, service, current),
      getErrors(ask, memory, current, MOST_ERRORS, service),
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
