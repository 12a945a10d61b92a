import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { Problem } from '../http/problem.js';
import { judge } from './access.js';
import { AccessTokens } from './access-tokens.js';
import { type AccountState, createAccountStates } from './account-states.js';
import { ApiKeys } from './api-keys.js';
import { createAuthenticate, isStillValid } from './authenticate.js';
import { type Caller, nobody } from './caller.js';
import { hasNoCredential } from './credential.js';
import type { LookupCache } from './lookup-cache.js';
import { Passwords } from './passwords.js';
import { PlatformTokens } from './platform-tokens.js';
import { badCredential, forbidden, noCredential } from './refusals.js';

/** What the routes of this folder work with. */
export interface Credentials {
  passwords: Passwords;
  tokens: AccessTokens;
  accounts: LookupCache<AccountState>;
  apiKeys: ApiKeys;
}

declare module 'fastify' {
  interface FastifyInstance {
    credentials: Credentials;
    /** Whether a caller proved earlier would still be let in; rejects with a 503 Problem when the database does not answer. */
    recheckCaller: (caller: Caller) => Promise<boolean>;
  }
  interface FastifyRequest {
    caller: Caller;
    provedCaller: Caller | undefined;
  }
}

/**
 * Who is it, may it, how often: one onRequest hook, before a byte of the body is read. What no
 * route answers is counted by address, so that nobody can try addresses out for free.
 */
export const accessPlugin = fp(
  async (app) => {
    const { config, clock, rateLimiters, addressKey } = app;
    const prisma = app.database.reader;
    const tokens = await AccessTokens.create(app);
    const accounts = createAccountStates(prisma, clock);
    const apiKeys = new ApiKeys({ prisma, clock, log: app.log });
    app.addHook('onClose', () => apiKeys.close());
    app.decorate('credentials', { passwords: await Passwords.create(), tokens, accounts, apiKeys });
    app.decorate('recheckCaller', (caller: Caller) => isStillValid(caller, accounts, clock));

    // A request that ends before the hook below (a preflight) was sent by nobody.
    app.decorateRequest('provedCaller', undefined);
    app.decorateRequest('caller', {
      getter(this: FastifyRequest) {
        return this.provedCaller ?? nobody;
      },
    });

    const authenticate = createAuthenticate({
      tokens,
      platform: PlatformTokens.fromConfig(config, clock),
      accounts,
      apiKeys,
      beforeCostly: (request, reply) => rateLimiters.refused.check(request, reply, addressKey(request)),
    });

    const prove = async (request: FastifyRequest, reply: FastifyReply): Promise<Caller> => {
      try {
        const own = await request.routeOptions.config.authenticate?.(request);
        if (!own) return await authenticate(request, reply);
        if (await isStillValid(own, accounts, clock)) return own;
        throw badCredential();
      } catch (error) {
        if (error instanceof Problem && (error.status === 401 || error.status === 400)) {
          await rateLimiters.refused.count(request, reply, addressKey(request));
        }
        throw error;
      }
    };

    const count = (request: FastifyRequest, reply: FastifyReply, caller: Caller): Promise<void> => {
      switch (caller.kind) {
        case 'nobody':
          return rateLimiters.anonymous.count(request, reply, addressKey(request));
        case 'person':
          return rateLimiters.user.count(request, reply, `${caller.issuer}:${caller.user_id}`);
        case 'service':
          return rateLimiters.service.count(request, reply, caller.key_id);
      }
    };

    const limited = config.RATE_LIMIT;
    app.addHook('onRequest', (request, reply, done) => {
      const { access: rule } = request.routeOptions.config;
      // Most requests of a load test, and every probe: nothing to prove, nothing to count, so no promise to wait for.
      const free = rule?.nobody === 'always' && (!limited || rule.counted === false);
      const anonymous =
        rule?.nobody === 'ingest' && !limited && config.ANONYMOUS_INGEST && hasNoCredential(request.headers);
      if (free || anonymous) done();
      else letIn(request, reply).then(() => done(), done);
    });

    const letIn = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      const { access: rule, rateLimit } = request.routeOptions.config;
      // The start has made sure of a rule for each route: without one, nothing answers here but the not-found handler.
      if (!rule && !request.is404) throw forbidden();
      if (!rule || rule.nobody === 'always') {
        if (rule?.counted !== false) await count(request, reply, nobody);
        return;
      }
      const caller = await prove(request, reply);
      request.provedCaller = caller;
      if (rateLimit !== false) await count(request, reply, caller);
      switch (judge(rule, caller, config.ANONYMOUS_INGEST)) {
        case 'allowed':
          return;
        case 'unauthenticated':
          throw noCredential();
        case 'forbidden':
          throw forbidden();
      }
    };
  },
  { name: 'access', dependencies: ['rate-limit', 'error-handler'] },
);
