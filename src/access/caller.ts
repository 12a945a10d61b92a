import type { Role, Scope } from '../contract/common.js';

/** Who sent a request, as far as it was proved. Set on every request before its handler runs. */
export type Caller =
  | { kind: 'nobody' }
  | {
      kind: 'person';
      /** The account's id, or the `sub` of the platform issuer's token. */
      user_id: string;
      role: Role;
      /** Where the token came from: only `self` tokens have an account here. */
      issuer: 'self' | 'platform';
      /** Unix ms at which the token ends; the live feed closes then. */
      expires_at: number;
    }
  | { kind: 'service'; key_id: string; name: string; scopes: readonly Scope[] };

export const nobody: Caller = { kind: 'nobody' };

/** The contract's `identity`: how the user_id of a row is known. */
export type Identity = 'token' | 'service' | 'anonymous';

export const identityOf = (caller: Caller): Identity =>
  caller.kind === 'person' ? 'token' : caller.kind === 'service' ? 'service' : 'anonymous';
