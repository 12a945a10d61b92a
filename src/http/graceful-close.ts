import { Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import fp from 'fastify-plugin';

/**
 * How long (ms), once closing begins, requests on open connections are still answered, each with `Connection: close`. Node ends idle keep-alive
 * connections the moment its HTTP server closes; a client whose next request is already on its way would see a reset. In this time every
 * busy client has had an answer that tells it to come back on a new connection.
 */
const FAREWELL = 300;

/**
 * Closes without cutting anybody off: new connections are refused at once, open ones are answered for {@link FAREWELL} (Fastify adds the header, and its
 * `return503OnClosing` is off for this), then idle ones end, and the last requests under way are waited for.
 */
export const gracefulClose = fp(
  async (app) => {
    app.addHook('preClose', async () => {
      if (!app.server.listening) return;
      // Of the TCP server alone: the HTTP server's close would end idle connections here and now.
      Server.prototype.close.call(app.server);
      await sleep(FAREWELL);
    });
  },
  { name: 'graceful-close' },
);
