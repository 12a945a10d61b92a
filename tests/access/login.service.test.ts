import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';

interface Session {
  access_token: string;
  refresh_token?: string;
  account: { id: string };
}

describe('login', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await buildTestApp();
  });
  afterAll(() => test.close());

  const login = (payload: object, query = '') =>
    test.app.inject({ method: 'POST', url: `/api/auth/login${query}`, payload });
  const me = (token: string) =>
    test.app.inject({ url: '/api/auth/me', headers: { authorization: `Bearer ${token}` } });

  it('answers as the contract says, and keeps tokens out of caches', async () => {
    const response = await login(test.admin);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 900,
      refresh_token: expect.stringMatching(/^fer_[\w-]{43}$/),
      account: { id: expect.any(String), email: test.admin.email, role: 'admin' },
    });
    expect(response.headers['cache-control']).toBe('no-store');
  });

  it('takes the address in any case and with spaces around', async () => {
    const email = `  ${test.admin.email.toUpperCase()} `;
    expect((await login({ ...test.admin, email })).statusCode).toBe(200);
  });

  it('gives one answer for an unknown address, a wrong password and a suspended account', async () => {
    const { email, user_id } = await test.tokenFor('customer');
    await test.db.query(`UPDATE accounts SET status = 'suspended' WHERE id = $1`, [user_id]);
    const answers = await Promise.all([
      login({ email: 'nobody@example.com', password: test.admin.password }),
      login({ email: test.admin.email, password: 'wrong horse battery staple' }),
      login({ email, password: test.admin.password }),
      login({ email: 'no\u00adsuch@example', password: test.admin.password }),
    ]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401, 401, 401]);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(answers[0]?.headers['www-authenticate']).toBe('Bearer');
  });

  it('refuses an address that PostgreSQL cannot hold, without a 500', async () => {
    expect((await login({ email: 'a\u0000@example.com', password: 'x' })).statusCode).toBe(422);
  });

  it('gives a browser the refresh token as a cookie that no script and no other site sees', async () => {
    const response = await login(test.admin, '?cookie=1');
    expect(response.json<Session>().refresh_token).toBeUndefined();
    expect(response.cookies).toEqual([
      expect.objectContaining({ name: 'fe_refresh', path: '/api/auth', httpOnly: true, sameSite: 'Strict' }),
    ]);
    expect(response.cookies[0]).not.toHaveProperty('secure');
  });

  it('says who is signed in', async () => {
    const { access_token, account } = (await login(test.admin)).json<Session>();
    expect((await me(access_token)).json()).toEqual({
      id: account.id,
      email: test.admin.email,
      role: 'admin',
      issuer: 'self',
      token_expires_at: expect.any(String),
    });
    expect((await me(await test.apiKey(['read']))).statusCode).toBe(401);
    expect((await test.app.inject('/api/auth/me')).statusCode).toBe(401);
  });

  it('stores and logs no secret', async () => {
    const { access_token, refresh_token } = (await login(test.admin)).json<Session>();
    const rows = await test.db.query<object>(
      'SELECT a::text, t::text FROM accounts AS a LEFT JOIN refresh_tokens AS t ON true',
    );
    for (const secret of [test.admin.password, access_token, refresh_token ?? '']) {
      expect(JSON.stringify(rows)).not.toContain(secret);
      expect(test.logged()).not.toContain(secret);
    }
  });

  describe('a change of password', () => {
    const change = (token: string, current_password: string, new_password: string) =>
      test.app.inject({
        method: 'POST',
        url: '/api/auth/password',
        headers: { authorization: `Bearer ${token}` },
        payload: { current_password, new_password },
      });
    const refresh = (refresh_token = '') =>
      test.app.inject({ method: 'POST', url: '/api/auth/refresh', payload: { refresh_token } });

    it('ends every other session and every older access token, and lets the own session go on', async () => {
      const { email, token: older } = await test.tokenFor('restaurant');
      const other = (await login({ email, password: test.admin.password })).json<Session>();
      const own = (await login({ email, password: test.admin.password })).json<Session>();
      const answer = await change(own.access_token, test.admin.password, 'a new and longer password');
      expect(answer.statusCode).toBe(200);

      expect((await me(older)).statusCode).toBe(401);
      expect((await me(own.access_token)).statusCode).toBe(401);
      expect((await me(answer.json<Session>().access_token)).statusCode).toBe(200);
      expect((await refresh(other.refresh_token)).statusCode).toBe(401);
      expect((await refresh(own.refresh_token)).statusCode).toBe(200);
      expect((await login({ email, password: test.admin.password })).statusCode).toBe(401);
      expect((await login({ email, password: 'a new and longer password' })).statusCode).toBe(200);
    });

    it('needs the current password and a new one of 12 characters', async () => {
      const { token } = await test.tokenFor('delivery');
      expect((await change(token, 'wrong horse battery', 'a new and longer password')).statusCode).toBe(403);
      expect((await change(token, test.admin.password, 'short')).statusCode).toBe(422);
    });
  });
});
