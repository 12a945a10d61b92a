import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { access } from '../access/access.js';
import { problemResponse } from '../contract/common.js';
import { eventListQuerySchema, eventListSchema } from '../contract/event-list.js';
import { exportResponse } from '../contract/exported.js';
import type { RollupMemory } from '../store/rollups/rollup-memory.js';
import { answerList, exportNote } from './lists/answer-list.js';
import { eventSource } from './lists/event-source.js';
import { ownOnly } from './own-only.js';

export const eventListRoutes: FastifyPluginAsyncZod<{ memory: RollupMemory }> = async (app, { memory }) => {
  app.route({
    method: 'GET',
    url: '/events',
    config: { access: access.readOwn },
    schema: {
      operationId: 'listEvents',
      tags: ['events'],
      summary: 'List business events, newest first',
      description: `Admins and services with the \`read\` scope see all, other people those that they triggered. ${exportNote}`,
      security: [{ bearer: [] }, { apiKey: [] }],
      querystring: eventListQuerySchema,
      response: {
        200: exportResponse('Newest first', eventListSchema),
        401: problemResponse('A valid credential is needed'),
        403: problemResponse('Not yours to read'),
        422: problemResponse('A filter is not valid'),
        503: problemResponse('The database does not answer'),
      },
    },
    handler: async (request, reply) => {
      const { limit, cursor, from, to, triggered_by, ...others } = request.query;
      const filter = {
        ...others,
        triggered_by: ownOnly(request.caller, triggered_by),
        from: from?.getTime(),
        to: to?.getTime(),
        before: cursor,
      };
      await answerList(app, request, reply, { source: eventSource, name: 'events', filter, limit, memory });
      return reply;
    },
  });
};
