import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseUrl, withClient } from '../helpers/embedded-service.js';
import { firstClientBody } from '../helpers/first-client.js';
import { freePort, ROOT } from '../helpers/processes.js';

let dataDir: string;
let port: number;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'npm-start-'));
  port = await freePort();
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

/** `npm start` as a newcomer types it, but for the port and the folder. */
async function npmStart(env: Record<string, string> = {}) {
  const child = spawn('npm', ['start'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: String(port), DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
        if (output.includes('is ready at')) resolve();
      });
    }
  });
  await Promise.race([ready, exited]);
  return { child, exited, output: () => output };
}

const url = (path: string) => `http://127.0.0.1:${port}${path}`;
const post = (path: string, body: object) =>
  fetch(url(path), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('npm start', () => {
  it('on an empty machine stores the first action, lets the printed admin ask, and stops with SIGTERM', async () => {
    const service = await npmStart();
    const stored = await post('/api/log-action/', firstClientBody());
    expect(stored.status).toBe(201);
    const email = /Email +(\S+)/.exec(service.output())?.[1];
    const password = /Password +(\S+)/.exec(service.output())?.[1];
    const login = await post('/api/auth/login', { email: email ?? '', password: password ?? '' });
    expect(login.status).toBe(200);
    const { access_token } = (await login.json()) as { access_token: string };
    const answer = await fetch(url('/analytics?timeframe=hourly'), {
      headers: { authorization: `Bearer ${access_token}` },
    });
    expect(await answer.json()).toMatchObject({
      timeframe: 'hourly',
      user_activity: { total_actions: expect.any(Number) },
    });

    service.child.kill('SIGTERM');
    await service.exited;
    await expect(fetch(url('/health/live'))).rejects.toThrow();
    // The database has gone with its service, and the password was printed, not logged or kept.
    await expect(withClient(await databaseUrl(dataDir), async () => undefined)).rejects.toThrow();
    expect(await readFile(join(dataDir, 'jwt-secret'), 'utf8')).not.toContain(password);
  });

  it('a second time finds what the first one stored, and prints no password', async () => {
    const service = await npmStart();
    expect(service.output()).not.toContain('Password');
    const rows = await withClient(await databaseUrl(dataDir), async (client) => {
      const { rows: found } = await client.query(
        "SELECT user_id FROM action_logs WHERE method_name = 'placeOrder'",
      );
      return found;
    });
    expect(rows).toEqual([{ user_id: 'u_17' }]);
    service.child.kill('SIGTERM');
    await service.exited;
  });

  it.each([
    [
      'DATABASE_URL without JWT_SECRET',
      { DATABASE_URL: 'postgresql://localhost/x' },
      'JWT_SECRET is required',
    ],
    ['a short JWT_SECRET', { JWT_SECRET: 'short' }, 'at least 32 bytes'],
    ['a setting that is no number', { PORT: 'eighty' }, 'PORT'],
  ])('refuses %s in plain words', async (_, env, words) => {
    const service = await npmStart(env);
    expect(await service.exited).not.toBe(0);
    expect(service.output()).toContain(words);
    expect(service.output()).not.toMatch(/\n\s+at /);
  });

  it('with a database that is away starts all the same and says so with 503', async () => {
    const away = { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none', JWT_SECRET: 'x'.repeat(40) };
    const service = await npmStart(away);
    const answer = await post('/api/log-action', firstClientBody());
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
    expect((await fetch(url('/health/live'))).status).toBe(200);
    expect((await fetch(url('/health/ready'))).status).toBe(503);
    service.child.kill('SIGTERM');
    await service.exited;
  });
});
