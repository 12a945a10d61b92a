import * as nodeArgon2 from '@node-rs/argon2';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Argon2, hashPassword, Passwords } from '../../src/access/passwords.js';

/** The real argon2, and what it was asked. */
const seen: string[] = [];
const counted: Argon2 = {
  hash: (password, options) => nodeArgon2.hash(password, options),
  verify: (hash, password) => {
    seen.push(hash);
    return nodeArgon2.verify(hash, password);
  },
};

describe('Passwords', () => {
  let passwords: Passwords;
  beforeAll(async () => {
    passwords = await Passwords.create(counted);
  });

  it('hashes with argon2id and the parameters that OWASP names', async () => {
    await expect(passwords.hash('correct horse battery')).resolves.toMatch(
      /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/,
    );
  });

  it('tells the right password from a wrong one', async () => {
    const hash = await passwords.hash('correct horse battery');
    await expect(passwords.verify(hash, 'correct horse battery')).resolves.toBe(true);
    await expect(passwords.verify(hash, 'correct horse batterz')).resolves.toBe(false);
  });

  it('does the same work for an account that does not exist, and says no', async () => {
    const hash = await passwords.hash('correct horse battery');
    seen.length = 0;
    await passwords.verify(hash, 'wrong');
    await expect(passwords.verify(undefined, 'wrong')).resolves.toBe(false);
    const work = seen.map((used) => used.split('$').slice(0, 4).join('$'));
    expect(work).toHaveLength(2);
    expect(work[1]).toBe(work[0]);
  });

  it('takes the composed and the decomposed form of a letter for one', async () => {
    const hash = await hashPassword('Kad\u0131k\u00f6y dondurmas\u0131');
    await expect(passwords.verify(hash, 'Kad\u0131ko\u0308y dondurmas\u0131')).resolves.toBe(true);
  });

  it('compares nothing when the caller is refused at its turn, and tells of failures only', async () => {
    const hash = await passwords.hash('correct horse battery');
    seen.length = 0;
    let failures = 0;
    const attempt = {
      before: () => (failures === 1 ? Promise.reject(new Error('locked')) : Promise.resolve()),
      failed: async () => {
        failures += 1;
      },
    };
    await passwords.verify(hash, 'correct horse battery', attempt);
    expect(failures).toBe(0);
    await passwords.verify(hash, 'wrong', attempt);
    expect(failures).toBe(1);
    await expect(passwords.verify(hash, 'correct horse battery', attempt)).rejects.toThrow('locked');
    expect(seen).toHaveLength(2);
  });
});
