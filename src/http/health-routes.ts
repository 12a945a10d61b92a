import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { access } from '../access/access.js';
import { pendingMigrations } from '../store/pending-migrations.js';

const checkSchema = z.object({ ok: z.boolean(), detail: z.string() });
const readySchema = z.object({
  status: z.enum(['ready', 'not ready']),
  checks: z.object({ database: checkSchema, migrations: checkSchema, queue: checkSchema }),
});

/** A probe must answer before its own time-out (Kubernetes: 1 s by default), database or not. */
const PROBE_TIMEOUT = 800;

export interface HealthOptions {
  /** The share of the commit queue that is in use, 0 to 1, and whether the database takes rows. */
  queue: { available: boolean; depth: number };
  maxRows: number;
}

export const healthRoutes: FastifyPluginAsyncZod<HealthOptions> = async (app, { queue, maxRows }) => {
  const config = { access: access.public, own_call: 'none' } as const;

  app.route({
    method: 'GET',
    url: '/health/live',
    config,
    logLevel: 'warn',
    schema: {
      operationId: 'getLiveness',
      tags: ['operations'],
      security: [],
      summary: 'Is the process alive?',
      description: 'Restart the process when this fails; it does not look at the database.',
      response: { 200: z.object({ status: z.literal('alive') }) },
    },
    handler: () => ({ status: 'alive' as const }),
  });

  app.route({
    method: 'GET',
    url: '/health/ready',
    config,
    logLevel: 'warn',
    schema: {
      operationId: 'getReadiness',
      tags: ['operations'],
      security: [],
      summary: 'Can it do its work?',
      description:
        'Send no traffic while this is 503: the database is away, a migration is missing, or the queue is full.',
      response: { 200: readySchema, 503: readySchema },
    },
    handler: async (_request, reply) => {
      const missing = await within(PROBE_TIMEOUT, pendingMigrations(app.database.reader)).catch(
        () => undefined,
      );
      const checks = {
        database: missing ? { ok: true, detail: 'answers' } : { ok: false, detail: 'does not answer' },
        migrations: describeMigrations(missing),
        queue: {
          ok: queue.available && queue.depth < maxRows,
          detail: queue.available ? `${queue.depth} rows wait` : 'the database takes no rows',
        },
      };
      const ready = checks.database.ok && checks.migrations.ok && checks.queue.ok;
      const status = ready ? ('ready' as const) : ('not ready' as const);
      return reply.code(ready ? 200 : 503).send({ status, checks });
    },
  });
};

function describeMigrations(missing: readonly string[] | undefined): { ok: boolean; detail: string } {
  if (!missing) return { ok: false, detail: 'unknown' };
  if (missing.length === 0) return { ok: true, detail: 'all applied' };
  return { ok: false, detail: `run «npx prisma migrate deploy»: ${missing.join(', ')}` };
}

function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error('timed out')), milliseconds).unref();
  });
  return Promise.race([work, late]);
}
