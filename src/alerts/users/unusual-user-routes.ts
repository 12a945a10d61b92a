import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { access } from '../../access/access.js';
import { problemResponse } from '../../contract/common.js';
import { unusualUserListSchema, unusualUserQuerySchema } from '../../contract/unusual-user.js';
import { listUnusualUsers } from './queries/list-unusual-users.js';

/** Who behaved unusually, and why. */
export const unusualUserRoutes: FastifyPluginAsyncZod = async (app) => {
  app.route({
    method: 'GET',
    url: '/unusual-users',
    config: { access: access.admin },
    schema: {
      tags: ['alerts'],
      security: [{ bearer: [] }],
      operationId: 'listUnusualUsers',
      summary: 'Users, addresses, sessions and couriers that behaved unusually, newest first',
      description:
        'Found as rows come in, within seconds: bursts against the own past, logins that fail for many accounts or from many addresses, scraping, a new device that changes the account, couriers who cannot have moved so, refund and promo abuse, shared sessions. Each finding has its reason in words and the ids of the rows that show it. In pages; send next_cursor as cursor for the next.',
      querystring: unusualUserQuerySchema,
      response: {
        200: unusualUserListSchema,
        401: problemResponse('A valid credential is needed'),
        403: problemResponse('Only admins may'),
        422: problemResponse('The question is not valid'),
        503: problemResponse('The database does not answer'),
      },
    },
    handler: async ({ query }) => {
      const rows = await listUnusualUsers(app.database.pools.reader, query);
      const page = rows.slice(0, query.limit);
      return {
        unusual_users: page,
        next_cursor: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null,
      };
    },
  });
};
