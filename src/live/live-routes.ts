import websocket from '@fastify/websocket';
import fp from 'fastify-plugin';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { access } from '../access/access.js';
import { badCredential } from '../access/refusals.js';
import { problemResponse } from '../contract/common.js';
import { Problem } from '../http/problem.js';
import { CommitFeed } from './commit-feed.js';
import { CommitNotifier } from './commit-notifier.js';
import { isAllowedOrigin } from './is-allowed-origin.js';
import { LiveClient } from './live-client.js';
import { HEARTBEAT_SECONDS, LiveHub } from './live-hub.js';
import { LiveMetrics } from './live-metrics.js';
import { liveTicketRoutes } from './live-ticket-routes.js';
import { LiveTickets } from './live-tickets.js';
import { onlyLiveUpgrades } from './only-live-upgrades.js';
import { TickSource } from './tick-source.js';
import { watchSession } from './watch-session.js';

const PATH = '/ws/action-tracking';
/** Largest message a client may send, in bytes (else 1009): a subscription is a few hundred. */
const LARGEST_MESSAGE = 16_384;
/** Connections of one replica: with 1 MiB each for a slow reader they stay within 200 MiB. */
const MOST_CLIENTS = 200;
/** Close code of our own (4000 to 4999 are free for that): the token ended, or the account may no longer watch. */
const SESSION_ENDED = 4401;

/** A variable, since the types do not know `closeTimeout` (ms) yet: a reader that stalled has so long to read why it is closed. */
const serverOptions = { maxPayload: LARGEST_MESSAGE, perMessageDeflate: false, closeTimeout: 30_000 };
/**
 * Four of the largest flushes (1,000 rows), so that several in one turn of the event loop reach a quick reader without a gap; 8 Mi units
 * bound it where rows are as large as they may be (32 KiB).
 */
const KEPT = { messages: 4_000, length: 8_388_608 };

declare module 'fastify' {
  interface FastifyInstance {
    /** Who watches, and how this replica hears of what others commit. */
    liveHub: LiveHub;
  }
}

/** Tells other replicas of commits, and hears of theirs. */
export const livePlugin = fp(
  async (app) => {
    const { commitBus: bus, clock, replica, log, database } = app;
    const url = app.config.DATABASE_URL;
    const notifier = new CommitNotifier({ bus, url, replica, log });
    const hub = new LiveHub({
      openFeed: (heard) => new CommitFeed({ bus, url, replica, bounds: KEPT, log, ...heard }),
      openTicks: (onTick) => new TickSource({ pool: database.pools.reader, clock, onTick, log }),
      log,
    });
    app.decorate('liveHub', hub);
    app.addHook('onClose', () => notifier.close());
  },
  { name: 'live' },
);

export const liveRoutes: FastifyPluginAsyncZod = async (app) => {
  const { clock, config, liveHub: hub } = app;
  const tickets = new LiveTickets(config.JWT_SECRET, clock);
  const metrics = new LiveMetrics(
    app.metrics,
    () => hub.size,
    () => hub.state,
  );

  await app.register(websocket, {
    options: { ...serverOptions, server: onlyLiveUpgrades(app.server, PATH) },
    preClose: (done) => {
      void hub.close().finally(() => app.websocketServer.close(() => done()));
    },
    // Mostly clients that went without a word or sent too much. `close` does nothing to a connection that is closing already.
    errorHandler: (error, socket, request) => {
      request.log.info({ err: error }, 'live connection failed');
      socket.close(1011);
    },
  });

  // The WebSocket plugin ends a refused upgrade's socket only if its own hook came to see the request; a refusal by an earlier
  // one (no credential) would leave a socket that nobody reads or times out.
  app.addHook('onResponse', (request, _reply, done) => {
    if (request.headers.upgrade !== undefined) request.raw.socket.destroySoon();
    done();
  });

  await app.register(liveTicketRoutes, { tickets, feed: PATH });

  app.route({
    method: 'GET',
    url: PATH,
    config: {
      access: access.admin,
      rateLimit: false,
      // A connection lasts for hours; its length is no response time.
      own_call: 'none',
      authenticate: async (request) => {
        const { ticket } = request.query as { ticket?: unknown };
        if (typeof ticket !== 'string') return undefined;
        const caller = tickets.redeem(ticket);
        if (!caller) throw badCredential();
        return caller;
      },
    },
    schema: {
      operationId: 'watchActions',
      tags: ['live'],
      summary: 'Watch actions and events as they commit (WebSocket)',
      description:
        'Upgrades for admins. The server sends `{type, cursor, data}`: `hello` first; `action` and `event` once committed, at whichever replica, and ' +
        '`alert` when it fires or resolves; `gap` `{from, to, count}` where messages after cursor `from`, up to and with `to`, are not sent (`count`: ' +
        'how many, before the filter, null when unknown); `system` for what concerns the connection, and `{tick}`, each second, for whoever asks for type ' +
        '`system`: counts and latencies of what all replicas committed in it. The client may send ' +
        '`{type: "subscribe", filter, after}` at any time: `filter` has `types` (without it `action`, `event`, `alert`), `service_name`, `method_name`, ' +
        '`user_id`, `user_type`, `success`, `event_type`, `entity_id`, `order_id`, `severity`; `after` is the last cursor seen, of any replica. Commits ' +
        'come in the order in which the replica learns of them. Closed with 4401 when the token ends, or within 5 s of the account being cut off, ' +
        '4408 when nothing was read for 30 s, 1012 when the feed has to be resumed, 1001 when the service closes.',
      security: [{ bearer: [] }],
      querystring: z.object({
        ticket: z.string().optional().describe('From POST /api/live/ticket, instead of a token'),
      }),
      response: {
        101: z.null().describe('Switching to WebSocket'),
        401: problemResponse('No valid token or ticket'),
        403: problemResponse('Admins only, and from an allowed origin'),
        404: problemResponse('Not a WebSocket request'),
        429: problemResponse('Too many connections'),
        503: problemResponse('The service is closing'),
      },
    },
    preValidation: async ({ headers, host }) => {
      if (!isAllowedOrigin(headers.origin, host, config.CORS_ORIGINS)) {
        throw new Problem('forbidden', 'This origin may not open the live feed; see CORS_ORIGINS.');
      }
      if (hub.size >= MOST_CLIENTS) {
        const headers = { 'retry-after': '30' };
        throw new Problem('too-many-requests', 'The live feed has too many connections.', { headers });
      }
      await hub.ready();
    },
    handler: () => {
      throw new Problem('not-found', 'This address speaks WebSocket only.');
    },
    wsHandler: (socket, { caller, raw }) => {
      const feed = hub.listen();
      const client: LiveClient = new LiveClient({
        socket,
        stream: raw.socket,
        feed,
        onMissed: (count) => metrics.missed.inc(count),
        onFilter: (current) => hub.onFilter(client, current),
      });
      hub.join(client);
      const stopWatching = watchSession({
        caller,
        clock,
        recheck: app.recheckCaller,
        end: () => socket.close(SESSION_ENDED, 'the session ended'),
      });
      socket.on('close', stopWatching);
      void client.greet(() => ({
        server_time: new Date(clock()).toISOString(),
        heartbeat_seconds: HEARTBEAT_SECONDS,
        account: caller.kind === 'person' ? { id: caller.user_id, role: caller.role } : null,
      }));
    },
  });
};
