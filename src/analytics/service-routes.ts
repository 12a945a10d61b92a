import { z } from 'zod';
import { access } from '../access/access.js';
import { serviceAnalyticsSchema, servicesSchema } from '../contract/analytics.js';
import { spanQuerySchema } from '../contract/span.js';
import { storableText } from '../contract/text.js';
import { answerService, answerServices } from './answer-services.js';
import { type AnalyticsRoutes, refusals, routeParts } from './route-parts.js';

/** How services do, and one of them in detail. */
export const serviceRoutes: AnalyticsRoutes = async (app, options) => {
  const { shared, named } = routeParts(options);
  const pool = app.database.pools.reader;
  const { memory } = options;

  app.route({
    method: 'GET',
    url: '/services',
    config: { access: access.read },
    schema: {
      ...shared,
      operationId: named('getServices'),
      summary: 'How each service does',
      querystring: spanQuerySchema,
      response: { 200: servicesSchema, ...refusals },
    },
    handler: (request) =>
      app.answers.once(request, 'getServices', request.query, () =>
        answerServices(pool, memory, request.query, app.clock()),
      ),
  });

  app.route({
    method: 'GET',
    url: '/services/:service',
    config: { access: access.read },
    schema: {
      ...shared,
      operationId: named('getService'),
      summary: 'One service: its methods, times and errors',
      description: 'A service that was not called has no methods, which is an answer too.',
      params: z.object({ service: storableText(100).min(1) }),
      querystring: spanQuerySchema,
      response: { 200: serviceAnalyticsSchema, ...refusals },
    },
    handler: (request) => {
      const { service } = request.params;
      return app.answers.once(request, 'getService', { ...request.query, service }, () =>
        answerService(pool, memory, service, request.query, app.clock()),
      );
    },
  });
};
