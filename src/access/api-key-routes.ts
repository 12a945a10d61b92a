import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { pageQuerySchema } from '../contract/account.js';
import {
  type ApiKeyView,
  apiKeyIdSchema,
  apiKeyListSchema,
  apiKeySchema,
  createApiKeySchema,
  createdApiKeySchema,
} from '../contract/api-key.js';
import { problemResponse, scopeSchema } from '../contract/common.js';
import type { ApiKey } from '../generated/prisma/client.js';
import { Problem } from '../http/problem.js';
import { newUuidV7 } from '../store/new-uuid-v7.js';
import { access } from './access.js';
import { hashSecret, randomSecret } from './random-secret.js';

/** Enough to tell keys apart (48 of 256 bits), too little to help a guess. */
const PREFIX_LENGTH = 'fek_'.length + 8;

/** Admins make and revoke the credentials of services. */
export const apiKeyRoutes: FastifyPluginAsyncZod = async (app) => {
  const { clock, credentials } = app;
  const prisma = app.database.reader;
  const shared = { tags: ['api-keys'], security: [{ bearer: [] }] };
  const config = { access: access.admin };
  const refusals = { 401: problemResponse('No valid credential'), 403: problemResponse('Only admins may') };

  app.route({
    method: 'POST',
    url: '/api-keys',
    config,
    schema: {
      ...shared,
      operationId: 'createApiKey',
      summary: 'Make an API key',
      description: 'The answer holds the key, this once. Services send it as X-API-Key.',
      body: createApiKeySchema,
      response: {
        201: createdApiKeySchema,
        ...refusals,
        422: problemResponse('expires_at is over, or a field is not valid'),
      },
    },
    handler: async ({ body: { name, scopes, expires_at = null }, caller }, reply) => {
      const now = clock();
      if (expires_at !== null && expires_at.getTime() <= now) {
        const errors = [{ path: 'expires_at', message: 'must be in the future' }];
        throw new Problem('validation-failed', 'The body is not valid.', { errors });
      }
      const key = randomSecret('fek_');
      const created_by = caller.kind === 'person' && caller.issuer === 'self' ? caller.user_id : null;
      const row = await prisma.apiKey.create({
        data: {
          id: newUuidV7(now),
          name,
          scopes,
          expires_at,
          created_by,
          prefix: key.slice(0, PREFIX_LENGTH),
          key_hash: hashSecret(key),
        },
      });
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ...toView(row), key });
    },
  });

  app.route({
    method: 'GET',
    url: '/api-keys',
    config,
    schema: {
      ...shared,
      operationId: 'listApiKeys',
      summary: 'List API keys, newest first',
      description: 'Revoked and expired ones too; never the key itself.',
      querystring: pageQuerySchema,
      response: { 200: apiKeyListSchema, ...refusals },
    },
    handler: async ({ query: { limit, cursor } }) => {
      const where = cursor === undefined ? {} : { id: { lt: cursor } };
      const rows = await prisma.apiKey.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 });
      const page = rows.slice(0, limit);
      return {
        api_keys: page.map(toView),
        next_cursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
      };
    },
  });

  app.route({
    method: 'DELETE',
    url: '/api-keys/:id',
    config,
    schema: {
      ...shared,
      operationId: 'revokeApiKey',
      summary: 'Revoke an API key',
      description:
        'Takes effect within 5 s on all replicas. The key stays in the list; revoking it again changes nothing.',
      params: apiKeyIdSchema,
      response: { 200: apiKeySchema, ...refusals, 404: problemResponse('There is no such key') },
    },
    handler: async ({ params: { id } }) => {
      await prisma.apiKey.updateMany({
        where: { id, revoked_at: null },
        data: { revoked_at: new Date(clock()) },
      });
      const row = await prisma.apiKey.findUnique({ where: { id } });
      if (!row) throw new Problem('not-found', 'There is no such API key.');
      credentials.apiKeys.forget(row.key_hash);
      return toView(row);
    },
  });
};

function toView(key: ApiKey): ApiKeyView {
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    scopes: key.scopes.map((scope) => scopeSchema.parse(scope)),
    created_at: key.created_at.toISOString(),
    expires_at: key.expires_at?.toISOString() ?? null,
    last_used_at: key.last_used_at?.toISOString() ?? null,
    revoked_at: key.revoked_at?.toISOString() ?? null,
  };
}
