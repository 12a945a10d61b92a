import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { cookieQuerySchema, loginSchema, refreshSchema, sessionSchema } from '../contract/auth.js';
import { problemResponse } from '../contract/common.js';
import { access } from './access.js';
import { clearRefreshCookie, readRefreshCookie } from './refresh-cookie.js';
import { issueRefreshToken, revokeSession, rotateRefreshToken } from './refresh-tokens.js';
import { badCredential } from './refusals.js';
import { answerSession } from './session-answer.js';
import { signIn } from './sign-in.js';

/** Signing in, going on, signing out. */
export const sessionRoutes: FastifyPluginAsyncZod = async (app) => {
  const { clock, credentials, rateLimiters, addressKey } = app;
  const prisma = app.database.reader;
  const tags = ['auth'];
  const tooMany = problemResponse('Too many attempts: see Retry-After');

  app.route({
    method: 'POST',
    url: '/auth/login',
    config: { access: access.login },
    onRequest: async (request, reply) => {
      await rateLimiters.login.count(request, reply, addressKey(request));
    },
    schema: {
      operationId: 'login',
      tags,
      summary: 'Sign in with e-mail address and password',
      description:
        'Unknown address, wrong password and suspended account get the same answer. Attempts are limited by address of the caller and of the account.',
      security: [],
      querystring: cookieQuerySchema,
      body: loginSchema,
      response: { 200: sessionSchema, 401: problemResponse('Address or password is wrong'), 429: tooMany },
    },
    handler: async (request, reply) => {
      const account = await signIn(app, request.body, request, reply);
      const issued = await issueRefreshToken(prisma, account.id, clock());
      return answerSession(
        request,
        reply,
        credentials.tokens,
        { account, ...issued },
        request.query.cookie === '1',
      );
    },
  });

  app.route({
    method: 'POST',
    url: '/auth/refresh',
    config: { access: access.session },
    schema: {
      operationId: 'refreshSession',
      tags,
      summary: 'Trade a refresh token for a new pair',
      description:
        'Each refresh token is good once. One that comes a second time revokes the whole session: one of the two who had it was a thief.',
      security: [],
      querystring: cookieQuerySchema,
      body: refreshSchema,
      response: {
        200: sessionSchema,
        401: problemResponse('The token is not valid, or no longer'),
        429: tooMany,
      },
    },
    handler: async (request, reply) => {
      const fromBody = request.body?.refresh_token;
      const token = fromBody ?? readRefreshCookie(request);
      if (token === undefined) throw badCredential();
      const rotation = await rotateRefreshToken(prisma, token, clock());
      if (rotation.outcome === 'rotated') {
        const { account, refresh_token } = rotation;
        const inCookie = fromBody === undefined || request.query.cookie === '1';
        return answerSession(
          request,
          reply,
          credentials.tokens,
          { account, family_id: account.family_id, refresh_token },
          inCookie,
        );
      }
      if (rotation.outcome === 'reused') {
        const { account_id, family_id } = rotation;
        request.log.warn(
          { account_id, family_id, req: request },
          'a used refresh token came again: its session is revoked',
        );
      }
      if (fromBody === undefined) clearRefreshCookie(request, reply);
      throw badCredential();
    },
  });

  app.route({
    method: 'POST',
    url: '/auth/logout',
    config: { access: access.session },
    schema: {
      operationId: 'logout',
      tags,
      summary: 'End a session',
      description:
        'Revokes the session of the refresh token. An access token lives on for at most 15 minutes.',
      security: [],
      body: refreshSchema,
      response: { 204: z.null().describe('Ended, or there was none'), 429: tooMany },
    },
    handler: async (request, reply) => {
      const token = request.body?.refresh_token ?? readRefreshCookie(request);
      if (token !== undefined) await revokeSession(prisma, token, clock());
      clearRefreshCookie(request, reply);
      return reply.code(204).send(null);
    },
  });
};
