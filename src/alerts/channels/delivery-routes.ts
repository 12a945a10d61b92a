import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { access } from '../../access/access.js';
import { problemResponse } from '../../contract/common.js';
import {
  deliveryDetailSchema,
  deliveryIdSchema,
  deliveryListSchema,
  listDeliveriesQuerySchema,
} from '../../contract/delivery.js';
import { Problem } from '../../http/problem.js';
import { inTransaction } from '../../store/in-transaction.js';
import { deliveryView } from './delivery-record.js';
import { type DeliveryWithLog, getDelivery } from './queries/get-delivery.js';
import { listDeliveries } from './queries/list-deliveries.js';
import { hasten, redeliver } from './queries/redeliver.js';

/** What channels were told, and how it went. */
export const deliveryRoutes: FastifyPluginAsyncZod = async (app) => {
  const { pool } = app.channels;
  const shared = { tags: ['channels'], security: [{ bearer: [] }] };
  const config = { access: access.admin };
  const refusals = { 401: problemResponse('No valid credential'), 403: problemResponse('Only admins may') };
  const unknown = { 404: problemResponse('There is no such delivery') };

  app.route({
    method: 'GET',
    url: '/deliveries',
    config,
    schema: {
      ...shared,
      operationId: 'listDeliveries',
      summary: 'Deliveries, newest first',
      description:
        'Of a channel, of an alert, or by status; kept for 90 days. In pages; send next_cursor as cursor for the next.',
      querystring: listDeliveriesQuerySchema,
      response: { 200: deliveryListSchema, ...refusals },
    },
    handler: async ({ query }) => {
      const rows = await listDeliveries(pool, query);
      const page = rows.slice(0, query.limit);
      return {
        deliveries: page.map(deliveryView),
        next_cursor: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null,
      };
    },
  });

  app.route({
    method: 'GET',
    url: '/deliveries/:id',
    config,
    schema: {
      ...shared,
      operationId: 'getDelivery',
      summary: 'One delivery, with each try',
      description: 'What the receiver answered is kept up to 500 characters, redacted.',
      params: deliveryIdSchema,
      response: { 200: deliveryDetailSchema, ...refusals, ...unknown },
    },
    handler: async ({ params: { id } }) => {
      const found = await getDelivery(pool, id);
      if (!found) throw noSuchDelivery();
      return deliveryDetail(found);
    },
  });

  app.route({
    method: 'POST',
    url: '/deliveries/:id/redeliver',
    config,
    schema: {
      ...shared,
      operationId: 'redeliver',
      summary: 'Deliver it again',
      description:
        'One that still waits for its next try is tried at once, and answered as it is. Any other becomes a new delivery with a log of its own, under the message_id that the receiver knows, so that it can tell a second copy.',
      params: deliveryIdSchema,
      response: {
        202: deliveryDetailSchema,
        ...refusals,
        ...unknown,
        409: problemResponse('The channel is switched off, or gone'),
      },
    },
    handler: async ({ params: { id } }, reply) => {
      const queued = await inTransaction(pool, async (client) =>
        (await hasten(client, id)) ? id : redeliver(client, id),
      );
      const found = await getDelivery(pool, queued ?? id);
      if (!found) throw noSuchDelivery();
      if (queued === undefined) throw new Problem('conflict', 'The channel is switched off, or gone.');
      return reply.code(202).send(deliveryDetail(found));
    },
  });
};

const noSuchDelivery = () => new Problem('not-found', 'There is no such delivery.');

/** A delivery and its log, as it is answered. */
export const deliveryDetail = ({ delivery, log }: DeliveryWithLog): z.input<typeof deliveryDetailSchema> => ({
  ...deliveryView(delivery),
  log: log.map((attempt) => ({ ...attempt, at: attempt.at.toISOString() })),
});
