import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { access } from '../../src/access/access.js';
import type { Caller } from '../../src/access/caller.js';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { firstClientBody } from '../helpers/first-client.js';

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part = '') =>
  JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;

describe('accessPlugin', () => {
  let test: TestApp;
  let skipped = 0;
  /** What the ticket route below proves its callers to be. */
  let ticketHolder: Caller | undefined;

  beforeAll(async () => {
    test = await buildTestApp({
      clock: () => Date.now() + skipped,
      extend: (app) => {
        app.get(
          '/test/ticket',
          { config: { access: access.admin, authenticate: async () => ticketHolder } },
          (request) => request.caller,
        );
      },
    });
  });
  afterAll(() => test.close());

  const get = (url: string, token?: string) =>
    test.app.inject({ url, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
  const send = (token?: string) =>
    test.app.inject({
      method: 'POST',
      url: '/api/log-action',
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      payload: firstClientBody(),
    });

  it('refuses each forged token with 401, on a route of admins and on one that is open to nobody in particular', async () => {
    const good = await test.adminToken();
    const [head, body, signature] = good.split('.');
    const hmac = (input: string, secret = test.config.JWT_SECRET) =>
      `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const rs256 = `${encode({ alg: 'RS256', typ: 'at+jwt' })}.${body}`;
    const forged: Record<string, string> = {
      'alg none': `${encode({ alg: 'none', typ: 'at+jwt' })}.${body}.`,
      'wrong algorithm': `${rs256}.${sign('sha256', Buffer.from(rs256), privateKey).toString('base64url')}`,
      'HMAC under RS256': hmac(rs256),
      'wrong secret': hmac(`${head}.${body}`, 'x'.repeat(32)),
      'wrong audience': hmac(`${head}.${encode({ ...decode(body), aud: 'x' })}`),
      'wrong issuer': hmac(`${head}.${encode({ ...decode(body), iss: 'x' })}`),
      expired: hmac(`${head}.${encode({ ...decode(body), exp: 1 })}`),
      'wrong type': hmac(`${encode({ alg: 'HS256', typ: 'JWT' })}.${body}`),
      tampered: `${head}.${encode({ ...decode(body), role: 'customer' })}.${signature}`,
      'another role than the account has': hmac(`${head}.${encode({ ...decode(body), role: 'customer' })}`),
      'another password than the account has': hmac(`${head}.${encode({ ...decode(body), password_at: 1 })}`),
      'no account': hmac(
        `${head}.${encode({ ...decode(body), sub: '019ab2f0-7c1e-7d7a-9a53-0b0f6d4e8c11' })}`,
      ),
      'refresh token': `fer_${'x'.repeat(43)}`,
      nonsense: 'x',
    };
    expect((await get('/api/accounts', hmac(`${head}.${body}`))).statusCode).toBe(200);
    for (const [name, token] of Object.entries(forged)) {
      const admin = await get('/api/accounts', token);
      expect([name, admin.statusCode]).toEqual([name, 401]);
      expect(admin.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
      expect([name, (await send(token)).statusCode]).toEqual([name, 401]);
    }
    expect((await send()).statusCode).toBe(201);
  });

  it('ends an access token after 15 minutes', async () => {
    const token = await test.adminToken();
    skipped += 899_000;
    expect((await get('/api/accounts', token)).statusCode).toBe(200);
    skipped += 1_001;
    expect((await get('/api/accounts', token)).statusCode).toBe(401);
  });

  it.each([
    ['suspended', `UPDATE accounts SET status = 'suspended' WHERE id = $1`],
    ['demoted', `UPDATE accounts SET role = 'customer' WHERE id = $1`],
    ['deleted', 'DELETE FROM accounts WHERE id = $1'],
    ['given another password', 'UPDATE accounts SET password_changed_at = now() WHERE id = $1'],
  ])('cuts an account off within 5 s after another replica has %s it', async (_what, sql) => {
    const { token, user_id } = await test.tokenFor('admin');
    expect((await get('/api/accounts', token)).statusCode).toBe(200);
    await test.db.query(sql, [user_id]);
    skipped += 4_500;
    expect((await get('/api/accounts', token)).statusCode).toBe(401);
  });

  it('answers 503 at once while the accounts cannot be read, lets nobody in, and recovers', async () => {
    const token = await test.adminToken();
    const blocker = new pg.Client({ connectionString: test.db.url });
    await blocker.connect();
    await blocker.query('BEGIN; LOCK TABLE accounts, api_keys IN ACCESS EXCLUSIVE MODE');
    skipped += 4_500;
    const [byToken, byKey] = await Promise.all([
      get('/api/accounts', token),
      test.app.inject({ url: '/api/actions', headers: { 'x-api-key': `fek_${'y'.repeat(43)}` } }),
    ]);
    expect([byToken.statusCode, byKey.statusCode]).toEqual([503, 503]);
    expect(byToken.headers['retry-after']).toBeDefined();
    expect(byToken.json()).toMatchObject({ type: '/problems/database-unavailable' });
    await blocker.query('ROLLBACK');
    await blocker.end();
    skipped += 1_000;
    expect((await get('/api/accounts', token)).statusCode).toBe(200);
  });

  it("takes a route's own credential before the headers, and checks that its account still stands", async () => {
    const { user_id } = await test.tokenFor('admin');
    const holder = {
      kind: 'person',
      user_id,
      issuer: 'self',
      expires_at: Date.now() + skipped + 60_000,
    } as const;
    ticketHolder = { ...holder, role: 'admin' };
    expect((await get('/test/ticket')).json()).toEqual(ticketHolder);
    ticketHolder = { ...holder, role: 'customer' };
    expect((await get('/test/ticket')).statusCode).toBe(401);
    ticketHolder = { ...holder, role: 'admin', expires_at: Date.now() + skipped };
    expect((await get('/test/ticket')).statusCode).toBe(401);
    ticketHolder = undefined;
    expect((await get('/test/ticket')).statusCode).toBe(401);
    expect((await get('/test/ticket', await test.adminToken())).statusCode).toBe(200);
  });

  it('closes anonymous ingest by setting, and not the docs', async () => {
    const closed = await buildTestApp({ config: { ANONYMOUS_INGEST: false } });
    const response = await closed.app.inject({
      method: 'POST',
      url: '/api/log-action',
      payload: firstClientBody(),
    });
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toBe('Bearer');
    expect((await closed.app.inject('/health/live')).statusCode).toBe(200);
    expect((await closed.app.inject('/docs/json')).statusCode).toBe(200);
    await closed.close();
  });
});
