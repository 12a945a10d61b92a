import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import fp from 'fastify-plugin';
import { access } from '../access/access.js';

/** What stands between a browser and the API: an allow-list of origins, security headers, cookies read only where a route wants them. */
export const security = fp(
  async (app) => {
    const { CORS_ORIGINS } = app.config;
    await app.register(helmet, {
      // The docs page is asked for over plain HTTP from other machines too (a laptop, a phone): nothing to upgrade there.
      contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
    });
    // The plugin answers every preflight by one route, which declares nothing itself.
    app.addHook('onRoute', (route) => {
      if (route.method === 'OPTIONS' && route.url === '*') {
        route.config = { ...route.config, access: access.public, own_call: 'none' };
      }
    });
    await app.register(cors, {
      origin: CORS_ORIGINS.length > 0 ? CORS_ORIGINS : false,
      credentials: true,
      exposedHeaders: ['RateLimit', 'RateLimit-Policy', 'Retry-After', 'ETag'],
      maxAge: 600,
    });
    await app.register(cookie);
    // Inflates gzip and br bodies; the body limit counts what comes out, so a bomb ends at 1 MiB.
    await app.register(compress, {
      globalCompression: false,
      globalDecompression: true,
      requestEncodings: ['gzip', 'br'],
    });
  },
  { name: 'security' },
);
