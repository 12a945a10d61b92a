import { access } from '../access/access.js';
import { platformAnalyticsSchema, timeseriesQuerySchema, timeseriesSchema } from '../contract/analytics.js';
import { spanQuerySchema } from '../contract/span.js';
import { answerPlatform } from './answer-platform.js';
import { answerTimeseries } from './answer-timeseries.js';
import { type AnalyticsRoutes, refusals, routeParts } from './route-parts.js';

/** How the platform does: now against before, and over time. */
export const platformRoutes: AnalyticsRoutes = async (app, options) => {
  const { shared, named } = routeParts(options);
  const pool = app.database.pools.reader;
  const { memory } = options;

  app.route({
    method: 'GET',
    url: '',
    config: { access: access.read },
    schema: {
      ...shared,
      operationId: named('getPlatformAnalytics'),
      summary: 'How the platform does',
      description:
        'A rolling window that ends now, or a span. `from` and `to` in the answer say exactly what was counted. Answered from rollups that the flush of the rows themselves writes: never stale, and as fast for a month as for an hour.',
      querystring: spanQuerySchema,
      response: { 200: platformAnalyticsSchema, ...refusals },
    },
    handler: (request) =>
      app.answers.once(request, 'getPlatformAnalytics', request.query, () =>
        answerPlatform(pool, memory, request.query, app.clock()),
      ),
  });

  app.route({
    method: 'GET',
    url: '/timeseries',
    config: { access: access.read },
    schema: {
      ...shared,
      operationId: named('getTimeseries'),
      summary: 'One metric over time',
      description:
        'The span is widened to whole points; each begins at its `from` and ends where the next begins. Days are those of `timezone`.',
      querystring: timeseriesQuerySchema,
      response: { 200: timeseriesSchema, ...refusals },
    },
    handler: (request) =>
      app.answers.once(request, 'getTimeseries', request.query, () =>
        answerTimeseries(pool, memory, request.query, app.clock()),
      ),
  });
};
