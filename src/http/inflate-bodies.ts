import compress from '@fastify/compress';
import fp from 'fastify-plugin';

/** Inflates gzip and br bodies of the routes of this scope; the body limit counts what comes out, so a bomb ends at 1 MiB. */
export const inflateBodies = fp(
  async (app) => {
    await app.register(compress, {
      globalCompression: false,
      globalDecompression: true,
      requestEncodings: ['gzip', 'br'],
    });
  },
  { name: 'inflate-bodies' },
);
