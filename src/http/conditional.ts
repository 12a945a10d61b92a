import etag from '@fastify/etag';
import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { addVary } from './vary.js';

/**
 * May be kept, must be asked about before each use: a browser that reused an answer blindly, be it for one second, would not show its user what
 * that user has just written. What a repeated question costs is `app.answers`' concern, on our side, where writes are known.
 */
const ASK_AGAIN = 'private, max-age=0, must-revalidate';
/** An error says how things stood; nobody is to see it again. */
const NEVER = 'no-store';

/**
 * For the routes of its scope: every 200 to a GET or HEAD has an ETag, If-None-Match with it is answered 304 without a body, and Cache-Control and Vary
 * say what a cache may do. A route that sets one of these itself is left alone, as the docs' static files are; streams have no ETag.
 *
 * The tag is weak because the answer's meaning is what counts: a compressed answer has the same one. @fastify/etag makes it (SHA-1, 1 µs
 * a kilobyte), but compares one tag only, and for any method and status; so If-None-Match is read here, as RFC 9110 13.1.2 has it.
 */
export const conditional = fp(
  async (app) => {
    await app.register(etag, { weak: true, replyWith304: false });
    // After @fastify/etag's own hook, whose tag it reads.
    app.addHook('onSend', (request, reply, payload, done) => {
      const readable = request.method === 'GET' || request.method === 'HEAD';
      if (!readable || reply.statusCode !== 200) {
        reply.removeHeader('etag');
        if (!reply.hasHeader('cache-control')) reply.header('cache-control', NEVER);
        return done(null, payload);
      }
      if (!reply.hasHeader('cache-control')) reply.header('cache-control', ASK_AGAIN);
      if (dependsOnCaller(request)) addVary(reply, 'Authorization', 'X-API-Key');
      if (!isHeld(request, reply)) return done(null, payload);
      reply.code(304).removeHeader('content-type').removeHeader('content-length');
      // Fastify's own HEAD route takes the body away, after this, and expects one.
      return done(null, request.method === 'HEAD' ? payload : null);
    });
  },
  { name: 'conditional' },
);

const dependsOnCaller = ({ routeOptions }: FastifyRequest): boolean =>
  routeOptions.config.access?.nobody !== 'always';

/** Whether the asker holds this very answer. Tags are compared weakly: `W/` makes no difference. */
function isHeld(request: FastifyRequest, reply: FastifyReply): boolean {
  const tag = reply.getHeader('etag');
  const held = request.headers['if-none-match'];
  if (typeof tag !== 'string' || held === undefined) return false;
  if (held.trim() === '*') return true;
  const opaque = tag.replace(/^W\//, '');
  return [...held.matchAll(/"[^"]*"/g)].some(([one]) => one === opaque);
}
