import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AccessTokens, VerifiedToken } from './access-tokens.js';
import { ISSUER } from './access-tokens.js';
import type { AccountState } from './account-states.js';
import type { ApiKeys } from './api-keys.js';
import { type Caller, nobody } from './caller.js';
import { readCredential } from './credential.js';
import type { LookupCache } from './lookup-cache.js';
import type { PlatformTokens } from './platform-tokens.js';
import { badCredential } from './refusals.js';

export interface AuthenticateOptions {
  tokens: AccessTokens;
  platform: PlatformTokens | undefined;
  accounts: LookupCache<AccountState>;
  apiKeys: ApiKeys;
  /** Runs before anything that costs an unproved caller nothing and us a query or a public-key operation. Throws to refuse. */
  beforeCostly: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
}

/**
 * Makes the function that proves who sent a request. It rejects with 400, 401, 403 or 503 Problems as the credential's own check says; without a
 * credential the caller is nobody.
 */
export function createAuthenticate({
  tokens,
  platform,
  accounts,
  apiKeys,
  beforeCostly,
}: AuthenticateOptions) {
  const ownToken = async (verified: VerifiedToken): Promise<Caller> => {
    const { caller, password_at } = verified;
    const account = await accounts.find(caller.user_id);
    // A role that has changed since makes the token void rather than weaker: the client refreshes and has the new one.
    if (account?.status !== 'active' || account.role !== caller.role) throw badCredential();
    if (account.password_at !== password_at) throw badCredential();
    return caller;
  };

  return async (request: FastifyRequest, reply: FastifyReply): Promise<Caller> => {
    const credential = readCredential(request.headers);
    if (credential.kind === 'none') return nobody;

    if (credential.kind === 'key') {
      let state = apiKeys.peek(credential.key);
      if (state === undefined) {
        await beforeCostly(request, reply);
        state = await apiKeys.find(credential.key);
      }
      if (!state) throw badCredential();
      apiKeys.touch(state.id);
      return { kind: 'service', key_id: state.id, name: state.name, scopes: state.scopes };
    }

    const { token } = credential;
    const verified = tokens.verify(token);
    if (verified) return ownToken(verified);
    if (!platform) throw badCredential();
    const known = platform.known(token);
    if (known) return known;
    // The unverified issuer only chooses who checks: each checks that it is the issuer.
    if (issuerOf(token) !== platform.issuer) throw badCredential();
    await beforeCostly(request, reply);
    return platform.verify(token);
  };
}

/** Whether a caller that was proved earlier would still be: for connections that outlive a request, and tickets. Rejects with a 503 Problem without a database. */
export async function isStillValid(
  caller: Caller,
  accounts: LookupCache<AccountState>,
  clock: () => number,
): Promise<boolean> {
  if (caller.kind !== 'person') return false;
  if (caller.expires_at <= clock()) return false;
  if (caller.issuer === 'platform') return true;
  const account = await accounts.find(caller.user_id);
  return account?.status === 'active' && account.role === caller.role;
}

/** The `iss` that a token claims, unverified; undefined for what is no JWT. */
function issuerOf(token: string): unknown {
  const [, payload] = token.split('.', 3);
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString('utf8'));
    const issuer = typeof claims === 'object' && claims !== null && 'iss' in claims ? claims.iss : undefined;
    return issuer === ISSUER ? undefined : issuer;
  } catch {
    return undefined;
  }
}
