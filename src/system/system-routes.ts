import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { access } from '../access/access.js';
import { problemResponse } from '../contract/common.js';
import { systemHealthSchema } from '../contract/system.js';

/** How the service is, for people who run it. */
export const systemRoutes: FastifyPluginAsyncZod = async (app) => {
  app.route({
    method: 'GET',
    url: '/system/health',
    config: { access: access.admin },
    schema: {
      operationId: 'getSystemHealth',
      tags: ['operations'],
      security: [{ bearer: [] }],
      summary: 'How each part of the service is, since when, and why',
      description:
        'A report, not a probe: 200 whatever it says, within a second, and about all replicas, whichever is asked (they tell each other every 5 s). ' +
        'For probes there are /health/live and /health/ready, which need no credential. While the database is away it says what the replica that is asked knows ' +
        'by itself; but whether a token is still good is asked of the database too, so most callers get 503 `database-unavailable` then, which says the same.',
      response: {
        200: systemHealthSchema,
        401: problemResponse('A valid credential is needed'),
        403: problemResponse('Only admins may'),
        503: problemResponse('The database does not answer whether the token is still good'),
      },
    },
    handler: (request) => app.answers.once(request, 'getSystemHealth', {}, () => app.system.watch.look()),
  });
};
