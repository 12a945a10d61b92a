import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { access } from '../access/access.js';
import { problemResponse } from '../contract/common.js';
import { liveTicketSchema } from '../contract/live.js';
import { Problem } from '../http/problem.js';
import { type LiveTickets, TICKET_SECONDS } from './live-tickets.js';

export interface LiveTicketOptions {
  tickets: LiveTickets;
  /** Path of the feed that a ticket opens. */
  feed: string;
}

export const liveTicketRoutes: FastifyPluginAsyncZod<LiveTicketOptions> = async (app, { tickets, feed }) => {
  app.route({
    method: 'POST',
    url: '/api/live/ticket',
    config: { access: access.admin },
    schema: {
      operationId: 'createLiveTicket',
      tags: ['live'],
      summary: 'Make a ticket that opens the live feed once, from a browser',
      description: `A browser's WebSocket cannot send headers: it opens \`${feed}?ticket=…\` within ${TICKET_SECONDS} s.`,
      security: [{ bearer: [] }],
      response: {
        201: liveTicketSchema,
        401: problemResponse('A valid access token is needed'),
        403: problemResponse('Admins only'),
      },
    },
    handler: async ({ caller }, reply) => {
      if (caller.kind !== 'person') throw new Problem('forbidden', 'A ticket is for a person.');
      const ticket = { ticket: tickets.issue(caller), expires_in: TICKET_SECONDS } as const;
      return reply.code(201).header('cache-control', 'no-store').send(ticket);
    },
  });
};
