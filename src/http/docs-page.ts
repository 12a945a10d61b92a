import swaggerUi from '@fastify/swagger-ui';
import type { FastifyPluginAsync } from 'fastify';
import { access } from '../access/access.js';

/** The API's page at /docs and its document at /docs/json. */
export const docsPage: FastifyPluginAsync = async (app) => {
  // The routes are the plugin's own: one hook declares all of them public.
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, access: access.public, own_call: 'none' };
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { deepLinking: true, docExpansion: 'list' },
  });
};
