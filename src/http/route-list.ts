import type { RouteOptions } from 'fastify';
import fp from 'fastify-plugin';
import type { Access } from '../access/access.js';

/** A registered route, as far as tests and tables need it. */
export interface ListedRoute {
  method: string;
  url: string;
  access: Access;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route, whoever registered it; complete once the app is ready. */
    routeList: readonly ListedRoute[];
  }
}

/** Keeps a list of every route and stops the start for one that does not say who may call it. */
export const routeList = fp(
  async (app) => {
    const list: ListedRoute[] = [];
    const registered: RouteOptions[] = [];
    app.decorate('routeList', list);
    app.addHook('onRoute', (route) => {
      registered.push(route);
    });
    // Not in onRoute: this hook sees a plugin's route before the plugin's own scope has declared it.
    app.addHook('onReady', async () => {
      for (const { method, url, config } of registered) {
        const { access } = config ?? {};
        if (!access)
          throw new Error(`${String(method)} ${url} does not declare who may call it (config.access)`);
        for (const one of Array.isArray(method) ? method : [method]) list.push({ method: one, url, access });
      }
    });
  },
  { name: 'route-list' },
);
