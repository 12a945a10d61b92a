import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import fp from 'fastify-plugin';
import { access } from '../access/access.js';

/** Lets pages of the listed origins call the routes of this scope. With no origin listed there is nothing to say: browsers refuse by themselves. */
export const corsByList = fp(
  async (app) => {
    const { CORS_ORIGINS } = app.config;
    if (CORS_ORIGINS.length === 0) return;
    // The plugin answers every preflight by one route, which declares nothing itself.
    app.addHook('onRoute', (route) => {
      if (route.method === 'OPTIONS' && route.url === '*') {
        route.config = { ...route.config, access: access.public, own_call: 'none' };
      }
    });
    await app.register(cors, {
      origin: CORS_ORIGINS,
      credentials: true,
      exposedHeaders: ['RateLimit', 'RateLimit-Policy', 'Retry-After', 'ETag'],
      maxAge: 600,
    });
  },
  { name: 'cors-by-list' },
);

/** Headers that tell a browser what an answer may do. */
export const securityHeaders = fp(
  async (app) => {
    await app.register(helmet, {
      // The docs page is asked for over plain HTTP from other machines too (a laptop, a phone): nothing to upgrade there.
      contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
    });
  },
  { name: 'security-headers' },
);
