import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { problemResponse } from '../contract/common.js';
import type { RollupMemory } from '../store/rollups/rollup-memory.js';

export interface AnalyticsOptions {
  memory: RollupMemory;
  /** These are the routes' second address, where the admin pages ask. */
  alias?: boolean;
}

export type AnalyticsRoutes = FastifyPluginAsyncZod<AnalyticsOptions>;

/** What the routes of this folder have in common. */
export const routeParts = ({ alias = false }: Pick<AnalyticsOptions, 'alias'>) => ({
  shared: { tags: ['analytics'], security: [{ bearer: [] }, { apiKey: [] }] },
  /** One document, two addresses of the same thing: each operation needs a name of its own. */
  named: (operationId: string) => (alias ? `${operationId}AtRoot` : operationId),
});

export const refusals = {
  401: problemResponse('A valid credential is needed'),
  403: problemResponse('Not yours to read'),
  422: problemResponse('The question is not valid'),
  503: problemResponse('The database does not answer'),
};
