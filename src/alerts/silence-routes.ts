import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { access } from '../access/access.js';
import { pageQuerySchema } from '../contract/account.js';
import {
  alertIdSchema,
  severitySchema,
  silenceInputSchema,
  silenceListSchema,
  silenceSchema,
} from '../contract/alert.js';
import { problemResponse } from '../contract/common.js';
import type { AlertSilence } from '../generated/prisma/client.js';
import { Problem } from '../http/problem.js';
import { newUuidV7 } from '../store/new-uuid-v7.js';
import { nameOf } from './alert-routes.js';

/** Who is not to be called for a while: during a migration, or while somebody is at it. What fires is recorded all the same. */
export const silenceRoutes: FastifyPluginAsyncZod = async (app) => {
  const prisma = app.database.reader;
  const shared = { tags: ['alerts'], security: [{ bearer: [] }] };
  const config = { access: access.admin };
  const refusals = { 401: problemResponse('No valid credential'), 403: problemResponse('Only admins may') };

  app.route({
    method: 'POST',
    url: '/silences',
    config,
    schema: {
      ...shared,
      operationId: 'createSilence',
      summary: 'Call nobody for a while',
      description:
        'Alerts that match are recorded and pushed live; channels are told of those that still fire at its end.',
      body: silenceInputSchema,
      response: {
        201: silenceSchema,
        ...refusals,
        422: problemResponse('until is over, or a field is not valid'),
      },
    },
    handler: async ({ body: { from, ...silence }, caller }, reply) => {
      const now = new Date(app.clock());
      const begins = from ?? now;
      if (silence.until <= now || silence.until <= begins) {
        const message = silence.until <= now ? 'must be in the future' : 'must be after from';
        throw new Problem('validation-failed', 'The body is not valid.', {
          errors: [{ path: 'until', message }],
        });
      }
      const row = await prisma.alertSilence.create({
        data: {
          id: newUuidV7(now.getTime()),
          ...silence,
          from: begins,
          created_by: nameOf(caller),
          created_at: now,
        },
      });
      return reply.code(201).send(view(row, now));
    },
  });

  app.route({
    method: 'GET',
    url: '/silences',
    config,
    schema: {
      ...shared,
      operationId: 'listSilences',
      summary: 'Silences, newest first',
      description: 'Those that are over, too.',
      querystring: pageQuerySchema,
      response: { 200: silenceListSchema, ...refusals },
    },
    handler: async ({ query: { limit, cursor } }) => {
      const where = cursor === undefined ? {} : { id: { lt: cursor } };
      const rows = await prisma.alertSilence.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 });
      const page = rows.slice(0, limit);
      const now = new Date(app.clock());
      return {
        silences: page.map((row) => view(row, now)),
        next_cursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
      };
    },
  });

  app.route({
    method: 'DELETE',
    url: '/silences/:id',
    config,
    schema: {
      ...shared,
      operationId: 'endSilence',
      summary: 'End a silence now',
      description: 'It stays in the list; ending it again changes nothing.',
      params: alertIdSchema,
      response: { 200: silenceSchema, ...refusals, 404: problemResponse('There is no such silence') },
    },
    handler: async ({ params: { id } }) => {
      const now = new Date(app.clock());
      await prisma.alertSilence.updateMany({ where: { id, until: { gt: now } }, data: { until: now } });
      const row = await prisma.alertSilence.findUnique({ where: { id } });
      if (!row) throw new Problem('not-found', 'There is no such silence.');
      return view(row, now);
    },
  });
};

const view = ({ severity, group, from, until, created_at, ...row }: AlertSilence, now: Date) => ({
  ...row,
  severity: severity === null ? null : severitySchema.parse(severity),
  group: group as Record<string, string>,
  from: from.toISOString(),
  until: until.toISOString(),
  created_at: created_at.toISOString(),
  active: from <= now && now < until,
});
