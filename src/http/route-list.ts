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
    routeList: readonly ListedRoute[];
  }
}

/** Keeps a list of every route, whoever registers it, and stops the start for one that does not say who may call it. */
export const routeList = fp(
  async (app) => {
    const list: ListedRoute[] = [];
    app.decorate('routeList', list);
    app.addHook('onRoute', ({ method, url, config }) => {
      const { access } = config ?? {};
      if (!access) throw new Error(`${method} ${url} does not declare who may call it (config.access)`);
      for (const one of Array.isArray(method) ? method : [method]) list.push({ method: one, url, access });
    });
  },
  { name: 'route-list' },
);
