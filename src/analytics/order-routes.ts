import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { access } from '../access/access.js';
import { problemResponse } from '../contract/common.js';
import { orderListQuerySchema, orderListSchema, orderTimelineSchema } from '../contract/order.js';
import { storableText } from '../contract/text.js';
import { Problem } from '../http/problem.js';
import { answerTimeline } from './orders/answer-timeline.js';
import { readOrderCursor, writeOrderCursor } from './orders/order-cursor.js';
import { ownOrders, partyOf } from './orders/order-party.js';
import { listOrders } from './queries/list-orders.js';
import { refusals } from './route-parts.js';

const shared = { tags: ['orders'], security: [{ bearer: [] }, { apiKey: [] }] };

/** Orders as their events tell them: which stand where, and one's whole story. */
export const orderRoutes: FastifyPluginAsyncZod = async (app) => {
  const pool = app.database.pools.reader;

  app.route({
    method: 'GET',
    url: '/orders',
    config: { access: access.readOwn },
    schema: {
      ...shared,
      operationId: 'listOrders',
      summary: 'List orders: by state and how long they have been in it, by party, or what is illegal',
      description:
        'Admins and services with the `read` scope see all; a customer, restaurant or courier those in which it is that party (its user_id).',
      querystring: orderListQuerySchema,
      response: { 200: orderListSchema, ...refusals },
    },
    handler: (request) => {
      const { limit, cursor, from, to, in_state_minutes, sort, ...others } = request.query;
      const filter = ownOrders(request.caller, { ...others, from: from?.getTime(), to: to?.getTime() });
      const order = sort ?? (in_state_minutes === undefined ? 'newest' : 'longest_in_state');
      const question = { ...filter, in_state_minutes, order, limit, cursor };
      return app.answers.once(request, 'listOrders', question, async () => {
        const since =
          in_state_minutes === undefined ? undefined : Math.floor(app.clock() - in_state_minutes * 60_000);
        const after = cursor === undefined ? undefined : readOrderCursor(cursor);
        // One more than asked for tells whether there is a next page.
        const rows = await listOrders(pool, { ...filter, since }, order, limit + 1, after);
        const orders = rows.slice(0, limit);
        const last = orders.at(-1);
        const more = rows.length > limit && last !== undefined;
        const at = last && Date.parse(order === 'newest' ? last.first_at : last.state_since);
        return {
          orders,
          next_cursor: more ? writeOrderCursor({ at: at ?? 0, order_id: last.order_id }) : null,
        };
      });
    },
  });

  app.route({
    method: 'GET',
    url: '/orders/:order_id/timeline',
    config: { access: access.readOwn },
    schema: {
      ...shared,
      operationId: 'getOrderTimeline',
      summary: 'One order through customer, restaurant, courier and payment',
      description:
        'All of its events in the order of their times, whoever sent them and in whatever order they arrived; its stages, payments, and what was illegal. People see it when they are a party of the order; to others it is not there.',
      params: z.object({ order_id: storableText(255).min(1) }),
      response: {
        200: orderTimelineSchema,
        ...refusals,
        404: problemResponse('Nothing is known of this order, or it is not yours'),
      },
    },
    handler: async (request, reply) => {
      const { order_id } = request.params;
      const party = partyOf(request.caller);
      const answer = await app.answers.once(request, 'getOrderTimeline', { order_id, party }, () =>
        answerTimeline(pool, order_id, (order) => !party || order?.[party.field] === party.user_id),
      );
      if (answer === undefined) throw new Problem('not-found', 'Nothing is known of this order.');
      return reply.type('application/json; charset=utf-8').send(answer as never);
    },
  });
};
