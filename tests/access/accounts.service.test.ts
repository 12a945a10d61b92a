import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountView } from '../../src/contract/account.js';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';

const password = 'correct horse battery staple';

describe('accounts', () => {
  let test: TestApp;
  let admin: Record<string, string>;
  beforeAll(async () => {
    test = await buildTestApp();
    admin = { authorization: `Bearer ${await test.adminToken()}` };
  });
  afterAll(() => test.close());

  const create = (payload: object) =>
    test.app.inject({ method: 'POST', url: '/api/accounts', headers: admin, payload });
  const change = (id: string, payload: object, headers = admin) =>
    test.app.inject({ method: 'PATCH', url: `/api/accounts/${id}`, headers, payload });
  const list = async (query = '') => {
    const response = await test.app.inject({ url: `/api/accounts${query}`, headers: admin });
    return response.json<{ accounts: AccountView[]; next_cursor: string | null }>();
  };
  const me = async () =>
    (await test.app.inject({ url: '/api/auth/me', headers: admin })).json<{ id: string }>().id;

  it('creates one, with its address trimmed and lower-cased, and never shows a hash', async () => {
    const response = await create({ email: ' Ayse@Example.com ', password, role: 'restaurant' });
    expect(response.statusCode).toBe(201);
    const account = response.json<AccountView>();
    expect(account).toMatchObject({ email: 'ayse@example.com', role: 'restaurant', status: 'active' });
    expect(response.headers.location).toBe(`/api/accounts/${account.id}`);
    const again = await test.app.inject({ url: `/api/accounts/${account.id}`, headers: admin });
    expect(again.json()).toEqual(account);
    expect(again.body).not.toContain('argon2');
  });

  it('refuses an address that is taken, in any case, also when two ask at once', async () => {
    const twice = await Promise.all([
      create({ email: 'twin@example.com', password, role: 'customer' }),
      create({ email: 'TWIN@example.com', password, role: 'customer' }),
    ]);
    expect(twice.map(({ statusCode }) => statusCode).toSorted()).toEqual([201, 409]);
  });

  it.each([
    { email: 'no address', password, role: 'customer' },
    { email: 'a@example.com', password: 'eleven char', role: 'customer' },
    { email: 'a@example.com', password: 'x'.repeat(201), role: 'customer' },
    { email: 'a@example.com', password, role: 'root' },
    { email: 'a@example.com', password },
  ])('refuses fields that are not valid: %j', async (payload) => {
    const response = await create(payload);
    expect(response.statusCode).toBe(422);
    expect(response.body).not.toContain(payload.password);
  });

  it('lists newest first, in pages, by role, status and address', async () => {
    for (const name of ['p1', 'p2', 'p3'])
      await create({ email: `${name}@example.com`, password, role: 'delivery' });
    const first = await list('?role=delivery&limit=2');
    expect(first.accounts.map(({ email }) => email)).toEqual(['p3@example.com', 'p2@example.com']);
    const second = await list(`?role=delivery&limit=2&cursor=${first.next_cursor}`);
    expect(second.accounts.map(({ email }) => email)).toEqual(['p1@example.com']);
    expect(second.next_cursor).toBeNull();
    expect((await list('?email=P2@example.com')).accounts).toHaveLength(1);
    expect((await list('?status=suspended')).accounts).toHaveLength(0);
  });

  it('suspends: the sessions are revoked and the login closed, until it is active again', async () => {
    const created = (
      await create({ email: 'sus@example.com', password, role: 'customer' })
    ).json<AccountView>();
    const login = () =>
      test.app.inject({
        method: 'POST',
        url: '/api/auth/login',
        payload: { email: 'sus@example.com', password },
      });
    const { refresh_token, access_token } = (await login()).json<Record<string, string>>();
    expect((await change(created.id, { status: 'suspended' })).json()).toMatchObject({ status: 'suspended' });
    const refresh = () =>
      test.app.inject({ method: 'POST', url: '/api/auth/refresh', payload: { refresh_token } });
    const whoAmI = () =>
      test.app.inject({ url: '/api/auth/me', headers: { authorization: `Bearer ${access_token}` } });
    expect([(await refresh()).statusCode, (await login()).statusCode, (await whoAmI()).statusCode]).toEqual([
      401, 401, 401,
    ]);
    await change(created.id, { status: 'active' });
    expect([(await refresh()).statusCode, (await login()).statusCode]).toEqual([401, 200]);
  });

  it('lets nobody change the own account', async () => {
    expect((await change(await me(), { role: 'customer' })).statusCode).toBe(403);
    expect((await change((await me()).toUpperCase(), { status: 'suspended' })).statusCode).toBe(403);
  });

  it('keeps one active admin, also when two suspend each other at once', async () => {
    const other = await test.tokenFor('admin');
    const headers = { authorization: `Bearer ${other.token}` };
    const own = await me();
    const answers = await Promise.all([
      change(other.user_id, { status: 'suspended' }),
      change(own, { role: 'customer' }, headers),
    ]);
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 409]);
    const [left] = await test.db.query<{ count: string }>(
      `SELECT count(*) FROM accounts WHERE role = 'admin' AND status = 'active'`,
    );
    expect(left?.count).toBe('1');
    await test.db.query(`UPDATE accounts SET role = 'admin', status = 'active' WHERE id IN ($1, $2)`, [
      own,
      other.user_id,
    ]);
    admin = { authorization: `Bearer ${await test.adminToken()}` };
  });

  it('knows what does not exist, and asks for something to change', async () => {
    const unknown = '019ab2f0-7c1e-7d7a-9a53-0b0f6d4e8c11';
    expect((await change(unknown, { role: 'customer' })).statusCode).toBe(404);
    expect((await test.app.inject({ url: `/api/accounts/${unknown}`, headers: admin })).statusCode).toBe(404);
    expect((await change(unknown, {})).statusCode).toBe(422);
    expect((await change('u_17', { role: 'customer' })).statusCode).toBe(422);
  });

  it('is for admins only', async () => {
    const { token } = await test.tokenFor('customer');
    const key = await test.apiKey(['ingest', 'read']);
    for (const headers of [{ authorization: `Bearer ${token}` }, { 'x-api-key': key }]) {
      expect((await test.app.inject({ url: '/api/accounts', headers })).statusCode).toBe(403);
    }
    expect((await test.app.inject('/api/accounts')).statusCode).toBe(401);
  });
});
