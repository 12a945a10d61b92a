import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { access } from '../../src/access/access.js';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { firstClientBody } from '../helpers/first-client.js';

let test: TestApp;
let port: number;
const rejections: unknown[] = [];
const onRejection = (error: unknown) => rejections.push(error);

beforeAll(async () => {
  process.on('unhandledRejection', onRejection);
  test = await buildTestApp({
    // Routes may be added only before the app is ready.
    extend: (app) => {
      app.get(
        '/test/slow',
        { config: { access: access.public }, schema: { operationId: 'slow', tags: ['test'] } },
        () => new Promise((resolve) => setTimeout(() => resolve({ ok: true }), 300)),
      );
    },
  });
  await test.app.listen({ port: 0, host: '127.0.0.1' });
  const address = test.app.server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(async () => {
  process.off('unhandledRejection', onRejection);
  await test.close();
});

const ownCalls = (method: string) =>
  test.db.query<Record<string, unknown>>('SELECT * FROM action_logs WHERE method_name = $1 ORDER BY id', [
    method,
  ]);
const countOf = async (sql: string) => Number((await test.db.query<{ n: string }>(sql))[0]?.n);

describe('our own calls', () => {
  it('are recorded like any action: resource, operation, who, what, how long, how it ended', async () => {
    const token = await test.adminToken();
    const url = '/api/actions?session_id=s_1&limit=3';
    await test.app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${token}` } });
    await test.app.inject({ method: 'GET', url: '/api/actions' });
    await expect.poll(() => ownCalls('listActions')).toHaveLength(2);
    const [allowed, denied] = await ownCalls('listActions');
    expect(allowed).toMatchObject({
      service_name: 'actions',
      action_type: 'GET',
      parameters: { query: { session_id: 's_1', limit: expect.anything() } },
      response_data: { status_code: 200 },
      user_type: 'admin',
      identity: 'token',
      ip_address: '127.0.0.1',
      success: true,
    });
    expect(allowed?.execution_time).toBeGreaterThan(0);
    expect(denied).toMatchObject({
      user_id: 'anonymous',
      response_data: { status_code: 401 },
      success: false,
    });
    const metrics = await test.db.query('SELECT * FROM service_metrics WHERE id = $1', [allowed?.id]);
    expect(metrics).toMatchObject([{ service_name: 'actions', method_name: 'listActions', success: true }]);
  });

  it('never hold a password that was sent', async () => {
    await test.app.inject({
      method: 'POST',
      url: '/api/auth/login',
      payload: { email: 'x@example.com', password: 'open-sesame-please' },
    });
    await expect
      .poll(() =>
        countOf("SELECT count(*) AS n FROM action_logs WHERE method_name = 'login' AND NOT success"),
      )
      .toBe(1);
    expect(
      await countOf("SELECT count(*) AS n FROM action_logs WHERE action_logs::text LIKE '%open-sesame%'"),
    ).toBe(0);
  });

  it('of ingest routes are a metric only, and health and metrics leave nothing', async () => {
    const before = await countOf('SELECT count(*) AS n FROM action_logs');
    await test.app.inject({ method: 'POST', url: '/api/log-action', payload: firstClientBody() });
    for (const url of ['/health/live', '/health/ready', '/metrics', '/docs/json'])
      await test.app.inject({ method: 'GET', url });
    await expect
      .poll(() => countOf("SELECT count(*) AS n FROM service_metrics WHERE method_name = 'logAction'"))
      .toBe(1);
    expect(await countOf('SELECT count(*) AS n FROM action_logs')).toBe(before + 1);
  });

  it('of 1,000 clients that hang up are 1,000 rows, and nothing is left unhandled', async () => {
    const hangUp = async () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write('GET /test/slow HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await new Promise((resolve) => setTimeout(resolve, 60));
      socket.destroy();
    };
    for (let wave = 0; wave < 10; wave += 1) await Promise.all(Array.from({ length: 100 }, hangUp));
    await expect.poll(() => ownCalls('slow'), { timeout: 10_000 }).toHaveLength(1_000);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const rows = await ownCalls('slow');
    expect(rows).toHaveLength(1_000);
    expect(rows.every((row) => row.success === false)).toBe(true);
    expect(rejections).toEqual([]);
  });

  it('cannot change an answer: with the log table unwritable everything answers as before', async () => {
    const headers = { authorization: `Bearer ${await test.adminToken()}` };
    const ask = async () => {
      const { statusCode, body } = await test.app.inject({ method: 'GET', url: '/api/auth/me', headers });
      return { statusCode, body };
    };
    const before = await ask();
    await test.db.query('ALTER TABLE action_logs RENAME TO action_logs_away');
    try {
      for (let call = 0; call < 20; call += 1) expect(await ask()).toEqual(before);
    } finally {
      await new Promise((resolve) => setTimeout(resolve, 200));
      await test.db.query('ALTER TABLE action_logs_away RENAME TO action_logs');
    }
    expect(before.statusCode).toBe(200);
    expect(await ask()).toEqual(before);
    expect(
      (await test.app.inject({ method: 'POST', url: '/api/log-action', payload: firstClientBody() }))
        .statusCode,
    ).toBe(201);
  });
});
