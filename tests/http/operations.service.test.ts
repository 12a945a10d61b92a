import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { firstClientBody } from '../helpers/first-client.js';

let test: TestApp;
beforeAll(async () => {
  test = await buildTestApp();
});
afterAll(() => test.close());

const get = (url: string, headers: Record<string, string> = {}) =>
  test.app.inject({ method: 'GET', url, headers });

describe('operations', () => {
  it('tells alive from ready, and names a missing migration', async () => {
    expect((await get('/health/live')).json()).toEqual({ status: 'alive' });
    expect((await get('/health/ready')).json()).toMatchObject({
      status: 'ready',
      checks: { queue: { ok: true } },
    });
    await test.db.query(
      "UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name LIKE '%_init'",
    );
    const response = await get('/health/ready/');
    await test.db.query(
      "UPDATE _prisma_migrations SET finished_at = now() WHERE migration_name LIKE '%_init'",
    );
    expect(response.statusCode).toBe(503);
    expect(response.json().checks.migrations).toMatchObject({
      ok: false,
      detail: expect.stringContaining('_init'),
    });
  });

  it('counts requests by route, flushes, redactions and rejections', async () => {
    const post = (payload: object) => test.app.inject({ method: 'POST', url: '/api/log-action/', payload });
    await post(firstClientBody({ parameters: { password: 'x', Token: 'y' } }));
    await post({ nonsense: true });
    const text = (await get('/metrics')).body;
    expect(text).toMatch(
      /http_request_duration_seconds_count\{method="POST",route="\/api\/log-action",status="201"\} 1/,
    );
    expect(text).toMatch(/ingest_rejections_total\{kind="action",reason="validation-failed"\} 1/);
    expect(text).toMatch(/ingest_redactions_total\{rule="[a-z_-]+"\} \d/);
    for (const name of [
      'commit_queue_depth_rows',
      'commit_queue_flush_seconds',
      'nodejs_eventloop_lag_seconds',
      'database_pool_connections',
    ]) {
      expect(text).toContain(`\n${name}`);
    }
  });

  it('explains every problem type at the address it gives', async () => {
    const problem = (await get('/api/nowhere?token=abc')).json();
    expect(problem).toMatchObject({ type: '/problems/not-found', status: 404, instance: '/api/nowhere' });
    expect((await get(problem.type)).json()).toMatchObject({ type: '/problems/not-found', status: 404 });
    expect((await get('/problems/none')).statusCode).toBe(404);
  });

  it('sends security headers, and lets only listed origins in', async () => {
    const response = await get('/health/live', { origin: 'https://evil.example' });
    expect(response.headers['x-content-type-options']).toBe('nosniff');
    expect(response.headers['access-control-allow-origin']).toBeUndefined();
    const listed = await buildTestApp({ config: { CORS_ORIGINS: ['https://admin.example.com'] } });
    const allowed = await listed.app.inject({
      url: '/health/live',
      headers: { origin: 'https://admin.example.com' },
    });
    const other = await listed.app.inject({
      url: '/health/live',
      headers: { origin: 'https://evil.example' },
    });
    await listed.close();
    expect(allowed.headers['access-control-allow-origin']).toBe('https://admin.example.com');
    expect(other.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('logs what fails, without header, body or query', async () => {
    await test.db.query('ALTER TABLE accounts RENAME TO accounts_away');
    const response = await test.app.inject({
      method: 'POST',
      url: '/api/auth/login?secret=query-secret',
      headers: { 'x-secret': 'header-secret' },
      payload: { email: 'someone@example.com', password: 'body-secret-123' },
    });
    await test.db.query('ALTER TABLE accounts_away RENAME TO accounts');
    expect(response.statusCode).toBe(500);
    expect(response.json()).toEqual({
      type: '/problems/internal-error',
      title: expect.any(String),
      status: 500,
      detail: expect.any(String),
      instance: '/api/auth/login',
    });
    expect(test.logged()).toContain('"level":"error"');
    expect(test.logged()).not.toMatch(/query-secret|header-secret|body-secret|someone@example/);
  });
});
