import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { access } from '../access/access.js';
import { problemResponse } from '../contract/common.js';
import { Problem, type ProblemCode, problemCodes, problemType } from './problem.js';

const entrySchema = z.object({ type: z.string(), status: z.int(), title: z.string() });

/** Where a problem's `type` leads: what it means, for whoever looks it up. */
export const problemRoutes: FastifyPluginAsyncZod = async (app) => {
  const entryOf = (code: ProblemCode) => ({ type: problemType(code), ...problemCodes[code] });

  app.route({
    method: 'GET',
    url: '/problems',
    config: { access: access.public, own_call: 'none' },
    schema: {
      operationId: 'listProblems',
      tags: ['operations'],
      security: [],
      summary: 'Every type of error that this service answers with',
      response: { 200: z.object({ problems: z.array(entrySchema) }) },
    },
    handler: () => ({ problems: (Object.keys(problemCodes) as ProblemCode[]).map(entryOf) }),
  });

  app.route({
    method: 'GET',
    url: '/problems/:code',
    config: { access: access.public, own_call: 'none' },
    schema: {
      operationId: 'getProblem',
      tags: ['operations'],
      security: [],
      summary: 'One type of error',
      params: z.object({ code: z.string() }),
      response: { 200: entrySchema, 404: problemResponse('No such type') },
    },
    handler: ({ params }) => {
      if (!Object.hasOwn(problemCodes, params.code))
        throw new Problem('not-found', 'There is no such problem type.');
      return entryOf(params.code as ProblemCode);
    },
  });
};
