import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';

declare module 'fastify' {
  interface FastifyRequest {
    /** Where the caller is, as PostgreSQL's `inet` takes it; null when the socket was gone before it could be asked. */
    clientAddress: string | null;
  }
}

/**
 * Asks a request's address once, at its start: a socket that the client has closed no longer knows it, and an aborted call is recorded too.
 */
export const clientAddress = fp(
  async (app) => {
    // Without proxies the address is the connection's, which sends many requests.
    const known = new WeakMap<object, string | null>();
    const direct = app.config.TRUSTED_PROXIES.length === 0;
    const remembered = (request: FastifyRequest): string | null => {
      if (!direct) return addressOf(request);
      let address = known.get(request.socket);
      if (address === undefined) {
        address = addressOf(request);
        known.set(request.socket, address);
      }
      return address;
    };
    app.decorateRequest('clientAddress', null);
    app.addHook('onRequest', (request, _reply, done) => {
      request.clientAddress = remembered(request);
      done();
    });
  },
  { name: 'client-address' },
);

/**
 * Fastify's `request.ip` (X-Forwarded-For only from TRUSTED_PROXIES), an IPv4 address in IPv6 clothes undressed, no zone. A proxy may forward a
 * word that is no address: then the socket's own counts.
 */
function addressOf(request: FastifyRequest): string | null {
  for (const address of [request.ip, request.socket.remoteAddress]) {
    const plain = address?.split('%', 1)[0]?.replace(/^::ffff:(?=.*\.)/, '');
    if (plain !== undefined && isIP(plain) !== 0) return plain;
  }
  return null;
}
