import fp from 'fastify-plugin';
import { isSafeNumber, LosslessNumber, parse as parseLossless } from 'lossless-json';
import { Problem } from './problem.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Bytes of the body after inflating; 0 when there is none. */
    bodyBytes: number;
    /** The body holds numbers that a double cannot, kept as `LosslessNumber`: write it with lossless-json. */
    bodyLossless: boolean;
  }
}

/**
 * A number that a double may not hold: 16 or more digits, or an exponent of three. Digits inside strings match too, which costs such a
 * body the slow parser (about 10 times JSON.parse) and changes nothing else.
 */
const longNumber = /\d[\d.]{15}|\d[eE][+-]?\d{3}/;

const keepNumber = (text: string): number | LosslessNumber =>
  isSafeNumber(text) ? Number.parseFloat(text) : new LosslessNumber(text);

/**
 * Reads JSON bodies. Unlike Fastify's own parser it lets `__proto__` be a plain key (nothing here merges a body into an object, and
 * a log is to keep what was sent), and keeps numbers beyond double digit by digit.
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
        request.bodyLossless = longNumber.test(text);
        done(null, request.bodyLossless ? parseKeepingNumbers(text) : JSON.parse(text));
      } catch (cause) {
        done(new Problem('malformed-request', `The body is not valid JSON: ${placeOf(cause)}`, { cause }));
      }
    });
  },
  { name: 'json-body' },
);

function parseKeepingNumbers(text: string): unknown {
  // JSON.parse first: it is iterative, so nesting that would overflow the recursive lossless parser is seen as such.
  const plain: unknown = JSON.parse(text);
  try {
    // The last of two equal keys wins, as in JSON.parse.
    return parseLossless(text, null, { parseNumber: keepNumber, onDuplicateKey: ({ newValue }) => newValue });
  } catch {
    return plain;
  }
}

/** V8 quotes the text around a syntax error; a caller gets the place only, since the text may be a secret. */
function placeOf(cause: unknown): string {
  const position = cause instanceof Error ? /position (\d+)/.exec(cause.message)?.[1] : undefined;
  return position === undefined
    ? 'it ends too early or has a character that does not belong.'
    : `see position ${position}.`;
}
