import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';

interface Session {
  access_token: string;
  refresh_token: string;
  account: { id: string };
}

describe('refresh tokens', () => {
  let test: TestApp;
  let skipped = 0;
  beforeAll(async () => {
    test = await buildTestApp({ clock: () => Date.now() + skipped });
  });
  afterAll(() => test.close());

  const post = (url: string, payload?: object, cookies: Record<string, string> = {}) =>
    test.app.inject({ method: 'POST', url: `/api/auth/${url}`, cookies, ...(payload ? { payload } : {}) });
  const login = async () => (await post('login', test.admin)).json<Session>();
  const refresh = (refresh_token: string) => post('refresh', { refresh_token });

  it('rotates: a new pair each time, and the session goes on', async () => {
    const first = await login();
    const second = await refresh(first.refresh_token);
    expect(second.statusCode).toBe(200);
    expect(second.json<Session>().account).toEqual(first.account);
    expect(second.json<Session>().refresh_token).not.toBe(first.refresh_token);
    expect((await refresh(second.json<Session>().refresh_token)).statusCode).toBe(200);
  });

  it('revokes the whole session when a used token comes again, and no other session', async () => {
    const first = await login();
    const other = await login();
    const second = (await refresh(first.refresh_token)).json<Session>();
    expect((await refresh(first.refresh_token)).statusCode).toBe(401);
    expect((await refresh(second.refresh_token)).statusCode).toBe(401);
    expect((await refresh(other.refresh_token)).statusCode).toBe(200);
    expect(test.logged()).toContain('a used refresh token came again');
  });

  it('lets one of many win who use a token at once, and then ends the session', async () => {
    const { refresh_token } = await login();
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(refresh_token)));
    const won = answers.filter(({ statusCode }) => statusCode === 200);
    expect(won).toHaveLength(1);
    expect(answers.filter(({ statusCode }) => statusCode === 401)).toHaveLength(7);
    expect((await refresh(won[0]?.json<Session>().refresh_token ?? '')).statusCode).toBe(401);
  });

  it('refuses what it never issued, and access tokens', async () => {
    const { access_token } = await login();
    expect((await refresh(`fer_${'x'.repeat(43)}`)).statusCode).toBe(401);
    expect((await refresh(access_token.slice(0, 100))).statusCode).toBe(401);
    expect((await post('refresh')).statusCode).toBe(401);
  });

  it('is no access token', async () => {
    const { refresh_token } = await login();
    const response = await test.app.inject({
      url: '/api/auth/me',
      headers: { authorization: `Bearer ${refresh_token}` },
    });
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
  });

  it('ends 30 days after its issue, and an old login leaves no rows behind', async () => {
    const { refresh_token, account } = await login();
    skipped += 30 * 86_400_000;
    expect((await refresh(refresh_token)).statusCode).toBe(401);
    await login();
    const rows = await test.db.query('SELECT FROM refresh_tokens WHERE account_id = $1', [account.id]);
    expect(rows).toHaveLength(1);
  });

  it('ends with logout, which knows no failure', async () => {
    const { refresh_token } = await login();
    const { refresh_token: successor } = (await refresh(refresh_token)).json<Session>();
    const out = await post('logout', { refresh_token: successor });
    expect(out.statusCode).toBe(204);
    expect(out.body).toBe('');
    expect((await refresh(successor)).statusCode).toBe(401);
    expect((await post('logout', { refresh_token: 'fer_unknown' })).statusCode).toBe(204);
    expect((await post('logout')).statusCode).toBe(204);
  });

  it('takes the cookie of a browser, answers with the next cookie, and clears it at the end', async () => {
    const { cookies } = await post('login?cookie=1', test.admin);
    const jar = { fe_refresh: cookies[0]?.value ?? '' };
    const next = await post('refresh', undefined, jar);
    expect(next.statusCode).toBe(200);
    expect(next.json()).not.toHaveProperty('refresh_token');
    expect(next.cookies[0]).toMatchObject({ name: 'fe_refresh', httpOnly: true, sameSite: 'Strict' });
    expect(next.cookies[0]?.value).not.toBe(jar.fe_refresh);

    const nextJar = { fe_refresh: next.cookies[0]?.value ?? '' };
    const out = await post('logout', undefined, nextJar);
    expect(out.cookies[0]).toMatchObject({ name: 'fe_refresh', value: '' });
    expect((await post('refresh', undefined, nextJar)).statusCode).toBe(401);
  });
});
