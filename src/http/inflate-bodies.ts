import type { Readable } from 'node:stream';
import compress from '@fastify/compress';
import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';

/**
 * Inflates gzip and br bodies of the routes of this scope; the body limit counts what comes out, so a bomb is refused at 1 MiB. With its
 * answer the inflating ends too: otherwise a bomb of 1 MiB would go on to inflate to a gigabyte that nobody reads.
 */
export const inflateBodies = fp(
  async (app) => {
    app.addHook('onRequest', (request, _reply, done) => {
      const encoding = request.headers['content-encoding'];
      // RFC 9110, section 8.4.1: content codings are case-insensitive; the plugin compares letters.
      if (encoding !== undefined) request.headers['content-encoding'] = encoding.toLowerCase();
      done();
    });
    // Before the plugin, which puts its own hook in front of those that a route has.
    app.addHook('onRoute', (route) => {
      const { preParsing = [] } = route;
      route.preParsing = [...(Array.isArray(preParsing) ? preParsing : [preParsing]), endWithAnswer];
    });
    await app.register(compress, {
      globalCompression: false,
      globalDecompression: true,
      requestEncodings: ['gzip', 'br', 'identity'],
    });
  },
  { name: 'inflate-bodies' },
);

function endWithAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: Readable,
  done: (error: null, payload: Readable) => void,
): void {
  if (payload !== request.raw) reply.raw.once('close', () => payload.destroy());
  done(null, payload);
}
