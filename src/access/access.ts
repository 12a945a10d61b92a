import type { Role, Scope } from '../contract/common.js';
import type { Caller } from './caller.js';

/**
 * Who may call a route, declared beside it as `config.access`. What is not named is denied; a route without a
 * declaration stops the start.
 */
export interface Access {
  /** Callers with no credential: `always`, or `ingest` while ANONYMOUS_INGEST is on. Absent: never. */
  nobody?: 'always' | 'ingest';
  roles?: readonly Role[];
  scopes?: readonly Scope[];
  /** False: no rate limit counts its requests (probes and docs must answer in a flood, a login has limits of its own). */
  counted?: false;
}

const everyRole: readonly Role[] = ['customer', 'restaurant', 'delivery', 'admin'];

/** The platform's few kinds of route, named once. */
export const access = {
  /** Health, metrics, docs. */
  public: { nobody: 'always', roles: everyRole, scopes: ['ingest', 'read'], counted: false },
  login: { nobody: 'always', roles: everyRole, scopes: ['ingest', 'read'], counted: false },
  /** What a refresh token in the body or the cookie proves; counted by address. */
  session: { nobody: 'always', roles: everyRole, scopes: ['ingest', 'read'] },
  /** Actions: from anybody. */
  ingest: { nobody: 'ingest', roles: everyRole, scopes: ['ingest'] },
  /** Events and metrics: from somebody known. */
  ingestKnown: { roles: everyRole, scopes: ['ingest'] },
  person: { roles: everyRole },
  admin: { roles: ['admin'] },
  /** Logs and analytics: admins, and services that an admin gave the `read` scope. */
  read: { roles: ['admin'], scopes: ['read'] },
  /** Like `read`, and people for what is their own: the handler narrows it. */
  readOwn: { roles: everyRole, scopes: ['read'] },
} as const satisfies Record<string, Access>;

export type Verdict = 'allowed' | 'unauthenticated' | 'forbidden';

/** Decides, purely: nobody is `unauthenticated` (401) where a credential would help, others `forbidden` (403). */
export function judge(rule: Access, caller: Caller, anonymousIngest: boolean): Verdict {
  switch (caller.kind) {
    case 'nobody':
      if (rule.nobody === 'always' || (rule.nobody === 'ingest' && anonymousIngest)) return 'allowed';
      return 'unauthenticated';
    case 'person':
      return rule.roles?.includes(caller.role) ? 'allowed' : 'forbidden';
    case 'service':
      return rule.scopes?.some((scope) => caller.scopes.includes(scope)) ? 'allowed' : 'forbidden';
  }
}
