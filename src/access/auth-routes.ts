import cookie from '@fastify/cookie';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { meRoutes } from './me-routes.js';
import { sessionRoutes } from './session-routes.js';

/** Everything under /auth. */
export const authRoutes: FastifyPluginAsyncZod = async (app) => {
  // Here and nowhere else: no other route reads a cookie, nor should.
  await app.register(cookie);
  await app.register(sessionRoutes);
  await app.register(meRoutes);
};
