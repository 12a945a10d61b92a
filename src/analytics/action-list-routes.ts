import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { access } from '../access/access.js';
import { actionListQuerySchema, actionListSchema } from '../contract/action-list.js';
import { problemResponse } from '../contract/common.js';
import { ownOnly } from './own-only.js';
import { listActions } from './queries/list-actions.js';

export const actionListRoutes: FastifyPluginAsyncZod = async (app) => {
  app.route({
    method: 'GET',
    url: '/actions',
    config: { access: access.readOwn },
    schema: {
      operationId: 'listActions',
      tags: ['actions'],
      summary: 'List actions, newest first',
      description: 'Admins and services with the `read` scope see everybody’s, other people their own.',
      security: [{ bearer: [] }, { apiKey: [] }],
      querystring: actionListQuerySchema,
      response: {
        200: actionListSchema,
        401: problemResponse('A valid credential is needed'),
        403: problemResponse('Not yours to read'),
        422: problemResponse('A filter is not valid'),
        503: problemResponse('The database does not answer'),
      },
    },
    handler: async ({ query, caller }) => {
      const { limit, cursor, from, to, ...equal } = query;
      const filter = {
        ...equal,
        user_id: ownOnly(caller, query.user_id),
        from: from?.getTime(),
        to: to?.getTime(),
        before: cursor,
      };
      // One more than asked for tells whether there is a next page.
      const rows = await listActions(app.database.reader, filter, limit + 1);
      const actions = rows.slice(0, limit);
      return { actions, next_cursor: rows.length > limit ? (actions.at(-1)?.id ?? null) : null };
    },
  });
};
