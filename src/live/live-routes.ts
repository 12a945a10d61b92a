import websocket from '@fastify/websocket';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { access } from '../access/access.js';
import type { Caller } from '../access/caller.js';
import { problemResponse } from '../contract/common.js';
import { liveTicketSchema } from '../contract/live.js';
import { Problem } from '../http/problem.js';
import { isAllowedOrigin } from './is-allowed-origin.js';
import { LiveClient } from './live-client.js';
import { LiveHub } from './live-hub.js';
import { controlMessage } from './live-message.js';
import { LiveTickets, TICKET_SECONDS } from './live-tickets.js';

/** Milliseconds between pings, and between looks at whether the caller may still watch. */
const HEARTBEAT = 20_000;
const RECHECK = 30_000;
/** Largest message a client may send, in bytes: a subscription is a few hundred. */
const LARGEST_MESSAGE = 16_384;
/** Close code of our own (4000 to 4999 are free for that): the token ended, or the account may no longer watch. */
const SESSION_ENDED = 4401;

export const liveRoutes: FastifyPluginAsyncZod = async (app) => {
  const hub = new LiveHub(app.commitBus);
  const tickets = new LiveTickets(app.config.JWT_SECRET, app.clock);

  await app.register(websocket, {
    options: { maxPayload: LARGEST_MESSAGE, perMessageDeflate: false },
    preClose: (done) => {
      for (const client of hub.clients) client.socket.close(1001, 'the service is closing');
      app.websocketServer.close(() => done());
    },
  });
  const heartbeat = setInterval(() => {
    for (const client of hub.clients) {
      if (!client.alive) client.socket.terminate();
      client.alive = false;
      client.socket.ping();
    }
  }, HEARTBEAT).unref();
  app.addHook('onClose', () => clearInterval(heartbeat));

  app.route({
    method: 'POST',
    url: '/api/live/ticket',
    config: { access: access.admin },
    schema: {
      operationId: 'createLiveTicket',
      tags: ['live'],
      summary: 'A ticket that opens the live feed once, from a browser',
      security: [{ bearer: [] }],
      response: {
        201: liveTicketSchema,
        401: problemResponse('A valid access token is needed'),
        403: problemResponse('Admins only'),
      },
    },
    handler: async ({ caller }, reply) => {
      if (caller.kind !== 'person') throw new Problem('forbidden', 'A ticket is for a person.');
      return reply.code(201).send({ ticket: tickets.issue(caller), expires_in: TICKET_SECONDS });
    },
  });

  app.route({
    method: 'GET',
    url: '/ws/action-tracking',
    config: {
      access: access.admin,
      rateLimit: false,
      // A connection lasts for hours; its length is no response time.
      own_call: 'none',
      authenticate: async (request) => {
        const { ticket } = request.query as { ticket?: unknown };
        if (typeof ticket !== 'string') return undefined;
        const caller = tickets.redeem(ticket);
        if (!caller)
          throw new Problem('unauthenticated', 'The ticket is not valid, used, or older than 30 s.');
        return caller;
      },
    },
    schema: {
      operationId: 'watchActions',
      tags: ['live'],
      summary: 'Actions and events as they commit (WebSocket)',
      description:
        'Upgrades for admins. The server sends `{type, cursor, data}` with type `hello`, `action`, `event`, `alert`, `gap` or `system`; the ' +
        'client may send `{type: "subscribe", filter, after}` at any time.',
      security: [{ bearer: [] }],
      querystring: z.object({
        ticket: z.string().optional().describe('From POST /api/live/ticket, instead of a token'),
      }),
      response: {
        101: z.null().describe('Switching to WebSocket'),
        401: problemResponse('No valid token or ticket'),
        403: problemResponse('Admins only, and from an allowed origin'),
        404: problemResponse('Not a WebSocket request'),
      },
    },
    preValidation: async ({ headers }) => {
      if (isAllowedOrigin(headers.origin, headers.host, app.config.CORS_ORIGINS)) return;
      throw new Problem('forbidden', 'This origin may not open the live feed; see CORS_ORIGINS.');
    },
    handler: () => {
      throw new Problem('not-found', 'This address speaks WebSocket only.');
    },
    wsHandler: (socket, request) => {
      const client = new LiveClient({ socket, recent: hub });
      const stopWatch = watchSession(request.caller, () => socket.close(SESSION_ENDED, 'the session ended'));
      socket.on('close', () => {
        stopWatch();
        hub.remove(client);
      });
      socket.on('error', (error) => request.log.debug({ err: error }, 'live connection failed'));
      const data = { server_time: new Date(app.clock()).toISOString(), heartbeat_seconds: HEARTBEAT / 1_000 };
      socket.send(controlMessage('hello', hub.newest, data));
      hub.add(client);
    },
  });

  /** Ends the session when its token does, or when a look every 30 s finds the account suspended or demoted. */
  function watchSession(caller: Caller, end: () => void): () => void {
    const left = caller.kind === 'person' ? caller.expires_at - app.clock() : 0;
    const expiry = setTimeout(end, Math.max(0, left)).unref();
    const recheck = setInterval(() => {
      // A database that is away ends nobody's session: the next look will tell.
      app.recheckCaller(caller).then(
        (valid) => valid || end(),
        () => undefined,
      );
    }, RECHECK).unref();
    return () => {
      clearTimeout(expiry);
      clearInterval(recheck);
    };
  }
};
