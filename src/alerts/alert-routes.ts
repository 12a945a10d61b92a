import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { access } from '../access/access.js';
import type { Caller } from '../access/caller.js';
import {
  acknowledgeSchema,
  alertDetailSchema,
  alertIdSchema,
  alertListSchema,
  listAlertsQuerySchema,
} from '../contract/alert.js';
import { problemResponse } from '../contract/common.js';
import { Problem } from '../http/problem.js';
import { inTransaction } from '../store/in-transaction.js';
import type { AlertSinks } from './engine/record-changes.js';
import { acknowledgeAlert } from './queries/acknowledge-alert.js';
import { type AlertRecord, alertView } from './queries/alert-record.js';
import { listAlerts } from './queries/list-alerts.js';

/** What fires and what has fired. */
export const alertRoutes: FastifyPluginAsyncZod<Pick<AlertSinks, 'announce'>> = async (app, { announce }) => {
  const pool = app.database.pools.reader;
  const shared = { tags: ['alerts'], security: [{ bearer: [] }] };
  const config = { access: access.admin };
  const refusals = { 401: problemResponse('No valid credential'), 403: problemResponse('Only admins may') };
  const unknown = { 404: problemResponse('There is no such alert') };

  app.route({
    method: 'GET',
    url: '/alerts',
    config,
    schema: {
      ...shared,
      operationId: 'listAlerts',
      summary: 'Alerts, newest first',
      description: '`status=firing` is what is wrong now. In pages; send next_cursor as cursor for the next.',
      querystring: listAlertsQuerySchema,
      response: { 200: alertListSchema, ...refusals },
    },
    handler: async ({ query }) => {
      const rows = await listAlerts(pool, query);
      const page = rows.slice(0, query.limit);
      return {
        alerts: page.map(alertView),
        next_cursor: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null,
      };
    },
  });

  app.route({
    method: 'GET',
    url: '/alerts/:id',
    config,
    schema: {
      ...shared,
      operationId: 'getAlert',
      summary: 'One alert',
      description: 'With the values that fired it, and what happened to it since.',
      params: alertIdSchema,
      response: { 200: alertDetailSchema, ...refusals, ...unknown },
    },
    handler: async ({ params: { id } }) => {
      const { rows } = await pool.query<AlertRecord>('SELECT * FROM alerts WHERE id = $1', [id]);
      if (!rows[0]) throw noSuchAlert();
      return detail(rows[0]);
    },
  });

  app.route({
    method: 'POST',
    url: '/alerts/:id/acknowledge',
    config,
    schema: {
      ...shared,
      operationId: 'acknowledgeAlert',
      summary: 'Say that somebody looks at it',
      description: 'The alert fires on until its condition no longer holds. Who said so first stays.',
      params: alertIdSchema,
      body: acknowledgeSchema,
      response: { 200: alertDetailSchema, ...refusals, ...unknown },
    },
    handler: async ({ params: { id }, body, caller }) => {
      const at = new Date(app.clock()).toISOString();
      const note = body?.note;
      const done = await inTransaction(pool, async (client) => {
        const acknowledged = await acknowledgeAlert(client, id, {
          at,
          type: 'acknowledged',
          by: nameOf(caller),
          ...(note && { note }),
        });
        if (acknowledged?.changed) await announce(client, [alertView(acknowledged.alert)]);
        return acknowledged;
      });
      if (!done) throw noSuchAlert();
      return detail(done.alert);
    },
  });
};

const noSuchAlert = () => new Problem('not-found', 'There is no such alert.');

/** Who did it, for the record. */
export const nameOf = (caller: Caller): string => (caller.kind === 'person' ? caller.user_id : caller.kind);

const detail = (row: AlertRecord) => ({
  ...alertView(row),
  channels: row.channels,
  notified_at: row.notified_at?.toISOString() ?? null,
  history: row.history,
});
