import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { verify } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../helpers/database.js';

describe('npm run create-admin', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createDatabase();
  });
  afterAll(() => db.drop());

  /** Runs the command as npm does, with this standard input. */
  const run = async (
    args: string[],
    input = '',
    settings: Record<string, string> = { DATABASE_URL: db.url },
  ) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/create-admin.ts', ...args], {
      env: { PATH: process.env.PATH, ...settings },
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    child.stdin.end(input);
    const [code, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    return { code, out, err };
  };
  const hashOf = async (email: string) => {
    const rows = await db.query<{ password_hash: string; role: string }>(
      'SELECT * FROM accounts WHERE email = $1',
      [email],
    );
    expect(rows).toEqual([expect.objectContaining({ role: 'admin' })]);
    return rows[0]?.password_hash ?? '';
  };

  it('makes up a password and prints it once', async () => {
    const { code, out } = await run(['--email', 'Made@Example.com']);
    expect([code, out]).toEqual([0, expect.stringContaining('Created the admin made@example.com')]);
    const password = /Password {3}(\S+)/.exec(out)?.[1] ?? '';
    await expect(verify(await hashOf('made@example.com'), password)).resolves.toBe(true);
  });

  it('takes a password that is piped in, and does not print it', async () => {
    const { code, out } = await run(['--email', 'piped@example.com'], 'piped horse battery\n');
    expect(code).toBe(0);
    expect(out).not.toContain('piped horse');
    await expect(verify(await hashOf('piped@example.com'), 'piped horse battery')).resolves.toBe(true);
  });

  it('refuses in plain words, without a stack', async () => {
    await run(['--email', 'taken@example.com']);
    const refusals = await Promise.all([
      run(['--email', 'taken@example.com']),
      run(['--email', 'x@example.com', '--password', 'seven77']),
      run(['--email', 'no address']),
      run(['--mail', 'x@example.com']),
      run([]),
      run(['--email', 'x@example.com'], '', { DATA_DIR: '/nonexistent' }),
      run(['--email', 'x@example.com'], '', { DATABASE_URL: 'postgresql://x@127.0.0.1:9/x' }),
    ]);
    expect(refusals.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1, 1, 1]);
    const words = [
      'exists',
      'at least 8',
      'no e-mail address',
      '--mail',
      '--email is missing',
      'no DATABASE_URL',
      'does not answer',
    ];
    for (const [index, word] of words.entries()) {
      expect(refusals[index]?.err).toContain(word);
      expect(refusals[index]?.err).not.toMatch(/^\s+at /m);
    }
  });

  it('explains itself', async () => {
    const { code, out } = await run(['--help']);
    expect([code, out]).toEqual([
      0,
      expect.stringContaining('npm run create-admin -- --email ayse@example.com'),
    ]);
  });
});
