import { describe, expect, it } from 'vitest';
import { type Access, access, judge } from '../../src/access/access.js';
import { type Caller, nobody } from '../../src/access/caller.js';
import { type Role, roles, type Scope } from '../../src/contract/common.js';

const person = (role: Role): Caller => ({
  kind: 'person',
  user_id: 'u',
  role,
  issuer: 'self',
  expires_at: 0,
});
const service = (...scopes: Scope[]): Caller => ({ kind: 'service', key_id: 'k', name: 'n', scopes });

/** Who passes each declaration while anonymous ingest is on; everybody else is refused. */
const passes: Record<keyof typeof access, string[]> = {
  public: ['nobody', ...roles, 'ingest', 'read'],
  login: ['nobody', ...roles, 'ingest', 'read'],
  session: ['nobody', ...roles, 'ingest', 'read'],
  ingest: ['nobody', ...roles, 'ingest'],
  ingestKnown: [...roles, 'ingest'],
  person: [...roles],
  admin: ['admin'],
  read: ['admin', 'read'],
  readOwn: [...roles, 'read'],
};

const callers: Record<string, Caller> = {
  nobody,
  ...Object.fromEntries(roles.map((role) => [role, person(role)])),
  ingest: service('ingest'),
  read: service('read'),
};

describe('judge', () => {
  for (const [name, rule] of Object.entries(access) as [keyof typeof access, Access][]) {
    it(`lets through «${name}» exactly whom it names`, () => {
      const allowed = Object.keys(callers).filter(
        (key) => judge(rule, callers[key] ?? nobody, true) === 'allowed',
      );
      expect(allowed.toSorted()).toEqual(passes[name].toSorted());
    });
  }

  it('asks nobody for a credential, and tells others that theirs does not do', () => {
    expect(judge(access.admin, nobody, true)).toBe('unauthenticated');
    expect(judge(access.admin, person('customer'), true)).toBe('forbidden');
    expect(judge(access.admin, service('ingest', 'read'), true)).toBe('forbidden');
  });

  it('closes anonymous ingest when the setting is off, and public routes never', () => {
    expect(judge(access.ingest, nobody, false)).toBe('unauthenticated');
    expect(judge(access.public, nobody, false)).toBe('allowed');
  });

  it('denies a key without scopes and a rule that names nobody', () => {
    expect(judge(access.ingest, service(), true)).toBe('forbidden');
    expect(judge({}, person('admin'), true)).toBe('forbidden');
  });
});
