import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { meRoutes } from './me-routes.js';
import { sessionRoutes } from './session-routes.js';

/** Everything under /auth. */
export const authRoutes: FastifyPluginAsyncZod = async (app) => {
  await app.register(sessionRoutes);
  await app.register(meRoutes);
};
