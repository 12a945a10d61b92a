import fp from 'fastify-plugin';
import { mayHoldLongNumbers, parseKeepingNumbers } from './kept-numbers.js';
import { Problem } from './problem.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Bytes of the body after inflating; 0 when there is none. */
    bodyBytes: number;
    /** The body holds numbers that a double cannot, as marked strings: see `restoreNumbers`. Only where the route asks (`keep_numbers`). */
    bodyLossless: boolean;
  }
}

/**
 * Reads JSON bodies. Unlike Fastify's own parser it lets `__proto__` be a plain key (nothing here merges a body into an object, and
 * a log is to keep what was sent), and keeps numbers beyond double digit by digit where a route asks for it.
 */
export const jsonBody = fp(
  async (app) => {
    app.decorateRequest('bodyBytes', 0);
    app.decorateRequest('bodyLossless', false);
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
      const bytes = body as Buffer;
      request.bodyBytes = bytes.length;
      const decoded = bytes.toString('utf8');
      // A byte-order mark, which some Windows clients send, is no JSON.
      const text = decoded.charCodeAt(0) === 0xfeff ? decoded.slice(1) : decoded;
      if (text === '') return done(null, undefined);
      try {
        request.bodyLossless = request.routeOptions.config.keep_numbers === true && mayHoldLongNumbers(text);
        done(null, request.bodyLossless ? parseKeepingNumbers(text) : JSON.parse(text));
      } catch (cause) {
        done(new Problem('malformed-request', `The body is not valid JSON: ${placeOf(cause)}`, { cause }));
      }
    });
  },
  { name: 'json-body' },
);

/** V8 quotes the text around a syntax error; a caller gets the place only, since the text may be a secret. */
function placeOf(cause: unknown): string {
  const position = cause instanceof Error ? /position (\d+)/.exec(cause.message)?.[1] : undefined;
  return position === undefined
    ? 'it ends too early or has a character that does not belong.'
    : `see position ${position}.`;
}
