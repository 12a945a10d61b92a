import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { access } from '../access/access.js';
import { actionListQuerySchema, actionListSchema } from '../contract/action-list.js';
import { problemResponse } from '../contract/common.js';
import { exportResponse } from '../contract/exported.js';
import type { RollupMemory } from '../store/rollups/rollup-memory.js';
import { actionSource } from './lists/action-source.js';
import { answerList, exportNote } from './lists/answer-list.js';
import { ownOnly } from './own-only.js';

export const actionListRoutes: FastifyPluginAsyncZod<{ memory: RollupMemory }> = async (app, { memory }) => {
  app.route({
    method: 'GET',
    url: '/actions',
    config: { access: access.readOwn },
    schema: {
      operationId: 'listActions',
      tags: ['actions'],
      summary: 'List actions, newest first',
      description: `Admins and services with the \`read\` scope see everybody’s, other people their own. ${exportNote}`,
      security: [{ bearer: [] }, { apiKey: [] }],
      querystring: actionListQuerySchema,
      response: {
        200: exportResponse('Newest first', actionListSchema),
        401: problemResponse('A valid credential is needed'),
        403: problemResponse('Not yours to read'),
        422: problemResponse('A filter is not valid'),
        503: problemResponse('The database does not answer'),
      },
    },
    handler: async (request, reply) => {
      const { limit, cursor, from, to, user_id, ...others } = request.query;
      const filter = {
        ...others,
        user_id: ownOnly(request.caller, user_id),
        from: from?.getTime(),
        to: to?.getTime(),
        before: cursor,
      };
      await answerList(app, request, reply, { source: actionSource, name: 'actions', filter, limit, memory });
      return reply;
    },
  });
};
