import { setTimeout as sleep } from 'node:timers/promises';
import fp from 'fastify-plugin';

/**
 * How long, once closing begins, answers still go out with `Connection: close`. Node ends idle keep-alive connections the moment its
 * server closes; a client whose next request is already on its way would see a reset. In this time every busy client has had an answer
 * that tells it to come back on a new connection.
 */
const FAREWELL = 300;

/** Closes without cutting anybody off: see {@link FAREWELL}. */
export const gracefulClose = fp(
  async (app) => {
    let closing = false;
    app.addHook('onRequest', (_request, reply, done) => {
      if (closing) reply.header('connection', 'close');
      done();
    });
    app.addHook('preClose', async () => {
      closing = true;
      if (app.server.listening) await sleep(FAREWELL);
    });
  },
  { name: 'graceful-close' },
);
