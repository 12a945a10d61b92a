import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { firstClientBody } from '../helpers/first-client.js';

let test: TestApp;
beforeAll(async () => {
  test = await buildTestApp();
});
afterAll(() => test.close());

const post = (url: string, payload: unknown, headers: Record<string, string> = {}) =>
  test.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });
const rowOf = async (id: string) =>
  (await test.db.query<Record<string, unknown>>('SELECT * FROM action_logs WHERE id = $1', [id]))[0];

describe('one action', () => {
  it.each(['/api/log-action', '/api/log-action/'])(
    'of the first client is stored whole at %s',
    async (url) => {
      const response = await post(url, firstClientBody());
      expect(response.statusCode).toBe(201);
      const { id, status, server_time } = response.json();
      expect(status).toBe('stored');
      expect(server_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(await rowOf(id)).toMatchObject({
        user_id: 'u_17',
        user_type: null,
        action_type: 'placeOrder',
        service_name: 'orderService',
        method_name: 'placeOrder',
        parameters: firstClientBody().parameters,
        response_data: firstClientBody().response_data,
        session_id: 's_9',
        success: true,
        error_message: null,
        ip_address: '127.0.0.1',
        identity: 'anonymous',
      });
    },
  );

  it('without a user is anonymous', async () => {
    const { user_id: _, ...body } = firstClientBody();
    const { id } = (await post('/api/log-action', body)).json();
    expect(await rowOf(id)).toMatchObject({ user_id: 'anonymous' });
  });

  it('takes user and type from a token, whatever the body says', async () => {
    const { token, user_id } = await test.tokenFor('delivery');
    const response = await post(
      '/api/log-action',
      firstClientBody({ user_id: 'u_other', user_type: 'admin' }),
      {
        authorization: `Bearer ${token}`,
      },
    );
    expect(await rowOf(response.json().id)).toMatchObject({
      user_id,
      user_type: 'delivery',
      identity: 'token',
    });
  });

  it('of a service may be for any user', async () => {
    const key = await test.apiKey(['ingest']);
    const response = await post('/api/log-action', firstClientBody({ user_type: 'customer' }), {
      'x-api-key': key,
    });
    expect(await rowOf(response.json().id)).toMatchObject({
      user_id: 'u_17',
      user_type: 'customer',
      identity: 'service',
    });
  });

  it('sent again under its id is a duplicate, and the first one stays', async () => {
    const id = uuidV7().toUpperCase();
    expect((await post('/api/log-action', firstClientBody({ id }))).statusCode).toBe(201);
    const again = await post('/api/log-action', firstClientBody({ id, service_name: 'other' }));
    expect([again.statusCode, again.json().status, again.json().id]).toEqual([
      200,
      'duplicate',
      id.toLowerCase(),
    ]);
    expect(await rowOf(id)).toMatchObject({ service_name: 'orderService' });
  });

  it('carries the time of its id', async () => {
    const sixDaysAgo = Date.now() - 6 * 86_400_000;
    const id = uuidV7({ msecs: sixDaysAgo });
    expect((await post('/api/log-action', firstClientBody({ id }))).statusCode).toBe(201);
    expect(await rowOf(id)).toMatchObject({ timestamp: new Date(sixDaysAgo) });
  });

  it.each([
    ['8 days ago', -8 * 86_400_000],
    ['6 minutes ahead', 6 * 60_000],
  ])('with an id from %s is refused, and the caller learns the time', async (_, offset) => {
    const response = await post(
      '/api/log-action',
      firstClientBody({ id: uuidV7({ msecs: Date.now() + offset }) }),
    );
    expect(response.statusCode).toBe(422);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.json()).toMatchObject({
      type: expect.stringMatching(/\/clock-skew$/),
      server_time: expect.any(String),
    });
  });

  it('that says how long it took is a service metric too, once', async () => {
    const id = uuidV7();
    for (let sent = 0; sent < 2; sent += 1)
      await post('/api/log-action', firstClientBody({ id, execution_time: 41.5 }));
    const metrics = await test.db.query('SELECT * FROM service_metrics WHERE id = $1', [id]);
    expect(metrics).toMatchObject([
      { service_name: 'orderService', method_name: 'placeOrder', execution_time: 41.5 },
    ]);
  });

  it('with a long error message keeps 4,000 characters and a mark', async () => {
    const error_message = 'x'.repeat(3_991) + '😀'.repeat(10);
    const { id } = (await post('/api/log-action', firstClientBody({ success: false, error_message }))).json();
    const kept = String((await rowOf(id))?.error_message);
    expect(kept.length).toBeLessThanOrEqual(4_000);
    expect(kept).toMatch(/…\[cut\]$/);
  });

  it('that is not valid names every field', async () => {
    const response = await post('/api/log-action', { service_name: '', success: 'yes', user_id: 7 });
    expect(response.statusCode).toBe(422);
    const paths = response.json().errors.map((error: { path: string }) => error.path);
    expect(paths.sort()).toEqual(['method_name', 'service_name', 'success', 'user_id']);
  });

  it('never keeps a secret', async () => {
    const parameters = {
      password: 'hunter2',
      nested: [{ AccessToken: 'tok_abcdefgh' }],
      note: '{"cvv":"123"}',
    };
    const { id } = (await post('/api/log-action', firstClientBody({ parameters }))).json();
    const stored = JSON.stringify(await rowOf(id));
    expect(stored).toContain('"password":"[redacted]"');
    expect(stored).not.toMatch(/hunter2|tok_abcdefgh|"123"/);
  });
});

describe('what PostgreSQL cannot hold', () => {
  it('NUL and lone surrogates become U+FFFD and the action is kept', async () => {
    const body = JSON.stringify(firstClientBody())
      .replace('"r_5"', '"r\\u0000_\\ud800_5"')
      .replace('"u_17"', '"u\\u0000"');
    const response = await post('/api/log-action', body);
    expect(response.statusCode).toBe(201);
    expect(await rowOf(response.json().id)).toMatchObject({
      user_id: 'u\uFFFD',
      parameters: { restaurant_id: 'r\uFFFD_\uFFFD_5' },
    });
  });

  it('numbers beyond double are stored digit by digit', async () => {
    const body = JSON.stringify(firstClientBody()).replace('429', '12345678901234567890.123456789012345678');
    const { id } = (await post('/api/log-action', body)).json();
    const [row] = await test.db.query<{ total: string }>(
      `SELECT response_data->>'total' AS total FROM action_logs WHERE id = $1`,
      [id],
    );
    expect(row?.total).toBe('12345678901234567890.123456789012345678');
  });

  it('a number that even PostgreSQL refuses costs its own action only', async () => {
    const body = JSON.stringify({
      actions: [firstClientBody(), firstClientBody({ parameters: 'BIG' }), firstClientBody()],
    });
    const response = await post('/api/log-actions', body.replace('"BIG"', '1e200000'));
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ stored: 2, rejected: 1 });
    expect(response.json().results[1].error.type).toMatch(/\/unstorable$/);
  });

  it('__proto__ is a key like another', async () => {
    const body = JSON.stringify(firstClientBody({ parameters: 'HERE' })).replace(
      '"HERE"',
      '{"__proto__":{"admin":true}}',
    );
    const { id } = (await post('/api/log-action', body)).json();
    const [row] = await test.db.query<{ text: string }>(
      'SELECT parameters::text AS text FROM action_logs WHERE id = $1',
      [id],
    );
    expect(row?.text).toBe('{"__proto__":{"admin":true}}');
  });
});

describe('bodies', () => {
  const nested = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`;
  const withParameters = (json: string) =>
    JSON.stringify(firstClientBody({ parameters: 'HERE' })).replace('"HERE"', json);

  it('may be nested 32 levels deep and no deeper', async () => {
    expect((await post('/api/log-action', withParameters(nested(32)))).statusCode).toBe(201);
    const deeper = await post('/api/log-action', withParameters(nested(33)));
    expect([deeper.statusCode, deeper.json().type]).toEqual([422, '/problems/nested-too-deep']);
    expect((await post('/api/log-action', withParameters(nested(100_000)))).statusCode).toBe(422);
  });

  it('may hold one action of 32 KiB and no more', async () => {
    const empty = JSON.stringify(firstClientBody({ parameters: '' }));
    const sized = (bytes: number) =>
      firstClientBody({ parameters: 'x'.repeat(bytes - Buffer.byteLength(empty)) });
    expect((await post('/api/log-action', sized(32_768))).statusCode).toBe(201);
    const larger = await post('/api/log-action', sized(32_769));
    expect([larger.statusCode, larger.json().type]).toEqual([422, '/problems/action-too-large']);
  });

  it('may have 1 MiB and no more', async () => {
    const one = JSON.stringify(firstClientBody());
    const fill = 1_048_576 - Buffer.byteLength(`${one} `);
    expect((await post('/api/log-action', one + ' '.repeat(fill + 1))).statusCode).toBe(201);
    expect((await post('/api/log-action', one + ' '.repeat(fill + 2))).statusCode).toBe(413);
  });

  it('in an odd but right content type are read, others get 415', async () => {
    const body = JSON.stringify(firstClientBody());
    for (const type of [
      'Application/JSON; Charset=UTF-8',
      'APPLICATION/JSON',
      'application/json;charset=utf-8',
    ]) {
      expect((await post('/api/log-action', body, { 'content-type': type })).statusCode).toBe(201);
    }
    for (const type of ['text/plain', 'application/xml', 'nonsense']) {
      const response = await post('/api/log-action', body, { 'content-type': type });
      expect([response.statusCode, response.headers['content-type']]).toEqual([
        415,
        'application/problem+json; charset=utf-8',
      ]);
    }
  });

  it.each(['', '{', 'null', '[]', '"text"', '7', '{"a":1,}'])(
    'that are no action (%s) get 4xx',
    async (body) => {
      const response = await post('/api/log-action', body);
      expect(response.statusCode).toBeGreaterThanOrEqual(400);
      expect(response.statusCode).toBeLessThan(500);
      expect(response.json().type).toMatch(/^\/problems\//);
    },
  );
});
