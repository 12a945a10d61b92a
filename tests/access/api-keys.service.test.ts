import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiKeyView } from '../../src/contract/api-key.js';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { firstClientBody } from '../helpers/first-client.js';

describe('API keys', () => {
  let test: TestApp;
  let admin: Record<string, string>;
  let skipped = 0;
  beforeAll(async () => {
    test = await buildTestApp({ clock: () => Date.now() + skipped });
    admin = { authorization: `Bearer ${await test.adminToken()}` };
  });
  afterAll(() => test.close());

  const create = async (payload: object) => {
    const response = await test.app.inject({ method: 'POST', url: '/api/api-keys', headers: admin, payload });
    return { statusCode: response.statusCode, ...response.json<ApiKeyView & { key: string }>() };
  };
  const list = async () =>
    (await test.app.inject({ url: '/api/api-keys', headers: admin })).json<{ api_keys: ApiKeyView[] }>()
      .api_keys;
  const send = (key: string) =>
    test.app.inject({
      method: 'POST',
      url: '/api/log-action',
      headers: { 'x-api-key': key },
      payload: firstClientBody(),
    });
  const read = (key: string) => test.app.inject({ url: '/api/actions', headers: { 'x-api-key': key } });

  it('shows the key once, and stores its SHA-256 only', async () => {
    const created = await create({ name: 'order-service', scopes: ['ingest', 'ingest'] });
    expect(created).toMatchObject({
      statusCode: 201,
      name: 'order-service',
      scopes: ['ingest'],
      revoked_at: null,
    });
    expect(created.key).toMatch(/^fek_[\w-]{43}$/);
    expect(created.key.startsWith(created.prefix)).toBe(true);
    const listed = (await list()).find(({ id }) => id === created.id);
    expect(listed).toMatchObject({ prefix: created.prefix, scopes: ['ingest'] });
    expect(JSON.stringify(await list())).not.toContain(created.key);
    expect(JSON.stringify(await test.db.query('SELECT k::text FROM api_keys AS k'))).not.toContain(
      created.key,
    );
    expect(test.logged()).not.toContain(created.key);
  });

  it('opens what its scopes say and nothing else', async () => {
    const ingest = await test.apiKey(['ingest']);
    const reader = await test.apiKey(['read']);
    expect([(await send(ingest)).statusCode, (await read(ingest)).statusCode]).toEqual([201, 403]);
    expect([(await send(reader)).statusCode, (await read(reader)).statusCode]).toEqual([403, 200]);
  });

  it('refuses keys that were never made, even where nobody may send', async () => {
    for (const key of [`fek_${'x'.repeat(43)}`, 'fek_short', '']) {
      const response = await send(key);
      expect([key, response.statusCode]).toEqual([key, 401]);
      expect(response.headers['www-authenticate']).toContain('invalid_token');
    }
  });

  it('refuses a key together with a token', async () => {
    const headers = { ...admin, 'x-api-key': await test.apiKey(['read']) };
    expect((await test.app.inject({ url: '/api/actions', headers })).statusCode).toBe(400);
  });

  it('ends at its time', async () => {
    const expires_at = new Date(Date.now() + skipped + 60_000).toISOString();
    const { key } = await create({ name: 'short', scopes: ['read'], expires_at });
    expect((await read(key)).statusCode).toBe(200);
    skipped += 60_000;
    expect((await read(key)).statusCode).toBe(401);
    const past = await create({ name: 'past', scopes: ['read'], expires_at: '2020-01-01T00:00:00Z' });
    expect(past.statusCode).toBe(422);
  });

  it('ends when it is revoked, here at once and elsewhere within 5 s', async () => {
    const here = await create({ name: 'here', scopes: ['read'] });
    expect((await read(here.key)).statusCode).toBe(200);
    const revoke = () =>
      test.app.inject({ method: 'DELETE', url: `/api/api-keys/${here.id}`, headers: admin });
    const { revoked_at } = (await revoke()).json<ApiKeyView>();
    expect(revoked_at).not.toBeNull();
    expect((await read(here.key)).statusCode).toBe(401);
    expect((await revoke()).json<ApiKeyView>().revoked_at).toBe(revoked_at);

    const elsewhere = await create({ name: 'elsewhere', scopes: ['read'] });
    expect((await read(elsewhere.key)).statusCode).toBe(200);
    await test.db.query('UPDATE api_keys SET revoked_at = now() WHERE id = $1', [elsewhere.id]);
    skipped += 4_500;
    expect((await read(elsewhere.key)).statusCode).toBe(401);
  });

  it('notes its last use once a minute', async () => {
    const { id, key } = await create({ name: 'used', scopes: ['read'] });
    const lastUsed = async () => {
      await test.app.credentials.apiKeys.close();
      return (await list()).find((listed) => listed.id === id)?.last_used_at ?? null;
    };
    expect(await lastUsed()).toBeNull();
    await read(key);
    const first = await lastUsed();
    expect(first).not.toBeNull();
    skipped += 30_000;
    await read(key);
    expect(await lastUsed()).toBe(first);
    skipped += 31_000;
    await read(key);
    expect(Date.parse((await lastUsed()) ?? '')).toBeGreaterThan(Date.parse(first ?? ''));
  });

  it.each([
    { name: '', scopes: ['read'] },
    { name: 'x', scopes: [] },
    { name: 'x', scopes: ['admin'] },
    { name: 'x\u0000', scopes: ['read'] },
    { name: 'x', scopes: ['read'], expires_at: 'tomorrow' },
  ])('refuses fields that are not valid: %j', async (payload) => {
    expect((await create(payload)).statusCode).toBe(422);
  });
});
