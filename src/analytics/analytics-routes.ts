import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { access } from '../access/access.js';
import { storableText } from '../contract/action-list.js';
import { platformAnalyticsSchema, spanQuerySchema, userAnalyticsSchema } from '../contract/analytics.js';
import { problemResponse } from '../contract/common.js';
import { analyseBehaviour } from './behaviour.js';
import { ownOnly } from './own-only.js';
import { countUserActions } from './queries/count-user-actions.js';
import { getServicePerformance } from './queries/get-service-performance.js';
import { getUserActivity } from './queries/get-user-activity.js';
import { listActions } from './queries/list-actions.js';
import { spanOf } from './span.js';

const RECENT = 100;

const refusals = {
  401: problemResponse('A valid credential is needed'),
  403: problemResponse('Not yours to read'),
  422: problemResponse('The question is not valid'),
  503: problemResponse('The database does not answer'),
};

export interface AnalyticsOptions {
  /** These are the routes' second address, where the admin pages ask. */
  alias?: boolean;
}

export const analyticsRoutes: FastifyPluginAsyncZod<AnalyticsOptions> = async (app, { alias = false }) => {
  const prisma = app.database.reader;
  const shared = { tags: ['analytics'], security: [{ bearer: [] }, { apiKey: [] }] };
  // One document, two addresses of the same thing: each operation needs a name of its own.
  const named = (operationId: string) => (alias ? `${operationId}AtRoot` : operationId);

  app.route({
    method: 'GET',
    url: '',
    config: { access: access.read },
    schema: {
      ...shared,
      operationId: named('getPlatformAnalytics'),
      summary: 'How the platform does',
      description:
        'A rolling window that ends now, or a span. `from` and `to` in the answer say exactly what was counted.',
      querystring: spanQuerySchema,
      response: { 200: platformAnalyticsSchema, ...refusals },
    },
    handler: async ({ query }) => {
      const { from, to } = query;
      const timeframe = query.timeframe ?? 'daily';
      const span = from && to ? { from: from.getTime(), to: to.getTime() } : spanOf(timeframe, app.clock());
      const [user_activity, service_metrics] = await Promise.all([
        getUserActivity(prisma, span),
        getServicePerformance(prisma, span),
      ]);
      return {
        timeframe: from ? ('custom' as const) : timeframe,
        from: new Date(span.from).toISOString(),
        to: new Date(span.to).toISOString(),
        user_activity,
        service_metrics,
      };
    },
  });

  app.route({
    method: 'GET',
    url: '/users/:user_id',
    config: { access: access.readOwn },
    schema: {
      ...shared,
      operationId: named('getUserAnalytics'),
      summary: 'What one person does',
      description:
        'An unknown person has no actions, which is an answer too. People may ask about themselves.',
      params: z.object({ user_id: storableText(255).min(1) }),
      response: { 200: userAnalyticsSchema, ...refusals },
    },
    handler: async ({ params, caller }) => {
      ownOnly(caller, params.user_id);
      const [recent_actions, total] = await Promise.all([
        listActions(prisma, { user_id: params.user_id }, RECENT),
        countUserActions(prisma, params.user_id),
      ]);
      return {
        user_id: params.user_id,
        recent_actions,
        behavior_patterns: analyseBehaviour(recent_actions, total),
      };
    },
  });
};
