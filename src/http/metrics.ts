import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { access } from '../access/access.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** Where every part of the service registers what it counts; `/metrics` prints it. */
    metrics: Registry;
  }
}

/** Sizes of a connection pool, as the pg driver counts them. */
interface PoolSizes {
  totalCount: number;
  idleCount: number;
  waitingCount: number;
}

/** Prometheus metrics: process, event-loop lag, pools, and one histogram of requests by route pattern (never by URL: bounded labels). */
export const metricsPlugin = fp(
  async (app) => {
    const metrics = new Registry();
    app.decorate('metrics', metrics);
    collectDefaultMetrics({ register: metrics });
    watchPools(metrics, app.database.pools);

    const seconds = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'From the first byte of the request to the last of the answer; aborted requests have status 499.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers: [metrics],
    });
    // Looking a label set up by its values costs 1 µs a request; remembering the child by its key a fifth of that.
    const children = new Map<string, Histogram.Internal<'method' | 'route' | 'status'>>();
    const observe = (request: FastifyRequest, status: number, milliseconds: number) => {
      const route = request.routeOptions.url ?? 'none';
      const key = `${request.method} ${status} ${route}`;
      let child = children.get(key);
      if (!child) {
        child = seconds.labels({ method: request.method, route, status: String(status) });
        children.set(key, child);
      }
      child.observe(milliseconds / 1_000);
    };
    app.addHook('onResponse', (request, reply, done) => {
      observe(request, reply.statusCode, reply.elapsedTime);
      done();
    });

    app.route({
      method: 'GET',
      url: '/metrics',
      config: { access: access.public, own_call: 'none' },
      schema: {
        operationId: 'getMetrics',
        tags: ['operations'],
        security: [],
        summary: 'Metrics in the Prometheus text format',
        description:
          'Counts and times only: no ids, no names of people. Keep it inside your network all the same.',
      },
      handler: async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()),
    });
  },
  { name: 'metrics' },
);

function watchPools(metrics: Registry, pools: Record<string, PoolSizes>): void {
  new Gauge({
    name: 'database_pool_connections',
    help: 'Connections of each pool, by state; `waiting` counts callers without one.',
    labelNames: ['pool', 'state'],
    registers: [metrics],
    collect() {
      for (const [pool, sizes] of Object.entries(pools)) {
        this.set({ pool, state: 'open' }, sizes.totalCount);
        this.set({ pool, state: 'idle' }, sizes.idleCount);
        this.set({ pool, state: 'waiting' }, sizes.waitingCount);
      }
    },
  });
}
