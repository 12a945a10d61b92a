import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import {
  accountIdSchema,
  accountListSchema,
  accountSchema,
  changeAccountSchema,
  createAccountSchema,
  listAccountsQuerySchema,
  normaliseEmail,
} from '../contract/account.js';
import { problemResponse } from '../contract/common.js';
import { Problem } from '../http/problem.js';
import { access } from './access.js';
import { createAccount, listAccounts, toView } from './accounts.js';
import { changeAccount } from './change-account.js';
import { forbidden } from './refusals.js';

/** Admins manage the people who may sign in. */
export const accountRoutes: FastifyPluginAsyncZod = async (app) => {
  const { clock, credentials } = app;
  const prisma = app.database.reader;
  const shared = { tags: ['accounts'], security: [{ bearer: [] }] };
  const config = { access: access.admin };
  const refusals = { 401: problemResponse('No valid credential'), 403: problemResponse('Only admins may') };
  const unknown = problemResponse('There is no such account');

  app.route({
    method: 'POST',
    url: '/accounts',
    config,
    schema: {
      ...shared,
      operationId: 'createAccount',
      summary: 'Create an account',
      description:
        'The address is trimmed and lower-cased. The id is the user_id that the person’s actions will carry.',
      body: createAccountSchema,
      response: { 201: accountSchema, ...refusals, 409: problemResponse('The address is taken') },
    },
    handler: async ({ body: { email, password, role } }, reply) => {
      const password_hash = await credentials.passwords.hash(password);
      const account = await createAccount(prisma, { email, password_hash, role }, clock());
      return reply.code(201).header('location', `/api/accounts/${account.id}`).send(account);
    },
  });

  app.route({
    method: 'GET',
    url: '/accounts',
    config,
    schema: {
      ...shared,
      operationId: 'listAccounts',
      summary: 'List accounts, newest first',
      description: 'In pages of up to 200; send next_cursor as cursor for the next.',
      querystring: listAccountsQuerySchema,
      response: { 200: accountListSchema, ...refusals },
    },
    handler: ({ query: { email, ...filter } }) =>
      listAccounts(prisma, { ...filter, ...(email === undefined ? {} : { email: normaliseEmail(email) }) }),
  });

  app.route({
    method: 'GET',
    url: '/accounts/:id',
    config,
    schema: {
      ...shared,
      operationId: 'getAccount',
      summary: 'One account',
      description: 'Never shows a password, nor its hash.',
      params: accountIdSchema,
      response: { 200: accountSchema, ...refusals, 404: unknown },
    },
    handler: async ({ params: { id } }) => {
      const account = await prisma.account.findUnique({ where: { id } });
      if (!account) throw new Problem('not-found', 'There is no such account.');
      return toView(account);
    },
  });

  app.route({
    method: 'PATCH',
    url: '/accounts/:id',
    config,
    schema: {
      ...shared,
      operationId: 'changeAccount',
      summary: 'Change role or status',
      description:
        'Suspending revokes every session; access tokens end within 5 s on all replicas. Nobody changes the own account, and the last active admin stays.',
      params: accountIdSchema,
      body: changeAccountSchema,
      response: {
        200: accountSchema,
        ...refusals,
        404: unknown,
        409: problemResponse('The last active admin'),
      },
    },
    handler: async ({ params: { id }, body, caller }) => {
      if (caller.kind === 'person' && caller.issuer === 'self' && caller.user_id === id.toLowerCase()) {
        throw forbidden('Nobody changes the own role or status: another admin has to.');
      }
      const account = await changeAccount(prisma, id, body, clock());
      credentials.accounts.forget(account.id);
      return account;
    },
  });
};
