import { verify } from '@node-rs/argon2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureFirstAdmin } from '../../src/access/ensure-first-admin.js';
import { type Database, openDatabase } from '../../src/store/database.js';
import { createDatabase, type TestDatabase } from '../helpers/database.js';

describe('ensureFirstAdmin', () => {
  let db: TestDatabase;
  let database: Database;
  beforeEach(async () => {
    db = await createDatabase();
    database = openDatabase({ url: db.url, writers: 1, log: { warn: () => undefined } });
  });
  afterEach(async () => {
    await database.close();
    await db.drop();
  });
  const admins = () =>
    db.query<{ email: string; password_hash: string }>(`SELECT * FROM accounts WHERE role = 'admin'`);

  it('makes one with a password made up, and says it this once', async () => {
    const first = await ensureFirstAdmin(database.reader, { email: ' Admin@Example.com ' });
    expect(first).toEqual({
      created: true,
      email: 'admin@example.com',
      password: expect.stringMatching(/^[\w-]{16}$/),
    });
    const [admin] = await admins();
    const password = first.created ? (first.password ?? '') : '';
    await expect(verify(admin?.password_hash ?? '', password)).resolves.toBe(true);
    await expect(ensureFirstAdmin(database.reader, { email: 'other@example.com' })).resolves.toEqual({
      created: false,
    });
  });

  it('takes the password that ops gave, and does not repeat it', async () => {
    const first = await ensureFirstAdmin(database.reader, {
      email: 'admin@example.com',
      password: '8letters',
    });
    expect(first).toEqual({ created: true, email: 'admin@example.com' });
    const [admin] = await admins();
    await expect(verify(admin?.password_hash ?? '', '8letters')).resolves.toBe(true);
  });

  it('makes one when several replicas start at once', async () => {
    const made = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => ensureFirstAdmin(database.reader, { email: `${name}@example.com` })),
    );
    expect(made.filter(({ created }) => created)).toHaveLength(1);
    expect(await admins()).toHaveLength(1);
  });

  it('refuses a password of fewer than 8 characters, without repeating it, and the address of somebody else', async () => {
    const short = ensureFirstAdmin(database.reader, { email: 'admin@example.com', password: 'seven77' });
    await expect(short).rejects.toThrow(/^(?!.*seven77).*8 characters/);
    await db.query(
      `INSERT INTO accounts (email, password_hash, role) VALUES ('admin@example.com', 'x', 'customer')`,
    );
    await expect(ensureFirstAdmin(database.reader, { email: 'admin@example.com' })).rejects.toThrow(
      'ADMIN_EMAIL',
    );
  });
});
