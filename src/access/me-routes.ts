import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { accessSchema, changePasswordSchema, meSchema } from '../contract/auth.js';
import { problemResponse } from '../contract/common.js';
import { access } from './access.js';
import { changePassword } from './change-password.js';
import { badCredential } from './refusals.js';
import { accessOf } from './session-answer.js';

/** What a signed-in person may see and change of the own account. */
export const meRoutes: FastifyPluginAsyncZod = async (app) => {
  const { credentials, rateLimiters, addressKey } = app;
  const prisma = app.database.reader;
  const tags = ['auth'];

  app.route({
    method: 'GET',
    url: '/auth/me',
    config: { access: access.person },
    schema: {
      operationId: 'getMe',
      tags,
      summary: 'Who am I?',
      description: 'The person that the access token stands for.',
      security: [{ bearer: [] }],
      response: {
        200: meSchema,
        401: problemResponse('No valid credential'),
        403: problemResponse('An API key is no person'),
      },
    },
    handler: async ({ caller }) => {
      if (caller.kind !== 'person') throw badCredential();
      const { user_id: id, role, issuer, expires_at } = caller;
      const account =
        issuer === 'self'
          ? await prisma.account.findUnique({ where: { id }, select: { email: true } })
          : null;
      return {
        id,
        email: account?.email ?? null,
        role,
        issuer,
        token_expires_at: new Date(expires_at).toISOString(),
      };
    },
  });

  app.route({
    method: 'POST',
    url: '/auth/password',
    config: { access: access.person },
    onRequest: async (request, reply) => {
      await rateLimiters.login.count(request, reply, addressKey(request));
    },
    schema: {
      operationId: 'changePassword',
      tags,
      summary: 'Change the own password',
      description:
        'Revokes every other session at once and every access token within 5 s; the answer holds the token to go on with. The refresh token stays.',
      security: [{ bearer: [] }],
      body: changePasswordSchema,
      response: {
        200: accessSchema,
        401: problemResponse('No valid credential'),
        403: problemResponse('The current password is wrong, or there is none here'),
        429: problemResponse('Too many attempts: see Retry-After'),
      },
    },
    handler: async (request, reply) => {
      const { account, session_id } = await changePassword(app, request, reply);
      reply.header('cache-control', 'no-store');
      return accessOf(credentials.tokens, account, session_id);
    },
  });
};
