import { z } from 'zod';
import { access } from '../access/access.js';
import { userAnalyticsSchema, usersSchema } from '../contract/analytics.js';
import { spanQuerySchema, timezoneSchema } from '../contract/span.js';
import { storableText } from '../contract/text.js';
import { answerUser } from './answer-user.js';
import { answerUsers } from './answer-users.js';
import { ownOnly } from './own-only.js';
import { type AnalyticsRoutes, refusals, routeParts } from './route-parts.js';

/** What people do: the most active and the unusual, and one of them in detail. */
export const userRoutes: AnalyticsRoutes = async (app, options) => {
  const { shared, named } = routeParts(options);
  const { memory } = options;
  const { reader, seeker } = app.database.pools;

  app.route({
    method: 'GET',
    url: '/users',
    config: { access: access.read },
    schema: {
      ...shared,
      operationId: named('getUsers'),
      summary: 'Who is most active, who fails most, who is unlike themselves',
      description: 'The span is widened to whole UTC days.',
      querystring: spanQuerySchema,
      response: { 200: usersSchema, ...refusals },
    },
    handler: (request) =>
      app.answers.once(request, 'getUsers', request.query, () =>
        answerUsers(reader, memory, request.query, app.clock()),
      ),
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
      querystring: z.object({ timezone: timezoneSchema.default('UTC') }),
      response: { 200: userAnalyticsSchema, ...refusals },
    },
    handler: async (request, reply) => {
      const { user_id } = request.params;
      const { timezone } = request.query;
      ownOnly(request.caller, user_id);
      const answer = await app.answers.once(request, 'getUserAnalytics', { user_id, timezone }, async () => {
        const { recentActions, behaviour } = await answerUser(
          { reader, seeker, memory },
          user_id,
          timezone,
          app.clock(),
        );
        // The actions are PostgreSQL's own JSON: through ours, numbers beyond double would lose digits.
        const [name, patterns] = [user_id, behaviour].map((part) => JSON.stringify(part));
        return `{"user_id":${name},"recent_actions":[${recentActions.join()}],"behavior_patterns":${patterns}}`;
      });
      return reply.type('application/json; charset=utf-8').send(answer as never);
    },
  });
};
