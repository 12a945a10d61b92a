import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { type Config, readSettings } from '../../src/config.js';
import { clientAddress } from '../../src/http/client-address.js';
import { errorHandler } from '../../src/http/error-handler.js';
import { rateLimitPlugin } from '../../src/http/rate-limit.js';

describe('rateLimitPlugin', () => {
  let app: FastifyInstance;
  afterEach(() => app.close());

  /** Three requests a minute on /user, under the key that the query names; /look only looks. */
  const build = async (settings: Record<string, string> = {}) => {
    const config: Config = {
      ...readSettings({ RATE_USER: '3', ...settings }),
      DATABASE_URL: '',
      JWT_SECRET: '',
    };
    app = fastify();
    app.decorate('config', config);
    app.decorate('clock', Date.now);
    await app.register(errorHandler);
    await app.register(clientAddress);
    await app.register(rateLimitPlugin);
    const keyOf = (query: unknown) => (query as { key?: string }).key ?? '';
    app.get('/user', async (request, reply) => {
      await app.rateLimiters.user.count(request, reply, keyOf(request.query));
      return 'counted';
    });
    app.get('/look', async (request, reply) => {
      await app.rateLimiters.user.check(request, reply, keyOf(request.query));
      return 'looked';
    });
  };
  const get = (url: string) => app.inject({ method: 'GET', url });

  it('says on each counted answer what the limit is and what is left of it', async () => {
    await build();
    const { headers } = await get('/user?key=a');
    expect(headers['ratelimit-policy']).toBe('"user";q=3;w=60');
    expect(headers.ratelimit).toBe('"user";r=2;t=60');
    expect(headers['retry-after']).toBeUndefined();
  });

  it('answers 429 with a time to come back when the quota is used up, and to that key only', async () => {
    await build();
    for (let request = 0; request < 3; request++) expect((await get('/user?key=a')).statusCode).toBe(200);
    const refused = await get('/user?key=a');
    expect(refused.statusCode).toBe(429);
    expect(refused.headers['content-type']).toMatch('application/problem+json');
    expect(refused.json()).toMatchObject({ type: '/problems/too-many-requests', status: 429 });
    expect(refused.headers.ratelimit).toMatch(/^"user";r=0;t=\d+$/);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await get('/user?key=b')).statusCode).toBe(200);
  });

  it('looks without counting', async () => {
    await build();
    for (let request = 0; request < 5; request++) expect((await get('/look?key=a')).statusCode).toBe(200);
    expect((await get('/user?key=a')).headers.ratelimit).toMatch('r=2');
    await get('/user?key=a');
    await get('/user?key=a');
    expect((await get('/look?key=a')).statusCode).toBe(429);
  });

  it('neither counts nor speaks when limits are off', async () => {
    await build({ RATE_LIMIT: 'off' });
    for (let request = 0; request < 5; request++) expect((await get('/user?key=a')).statusCode).toBe(200);
    expect((await get('/user?key=a')).headers.ratelimit).toBeUndefined();
  });

  it('counts in memory while Redis does not answer', async () => {
    // Nothing listens on the discard port of this machine.
    await build({ REDIS_URL: 'redis://127.0.0.1:9' });
    for (let request = 0; request < 3; request++) expect((await get('/user?key=a')).statusCode).toBe(200);
    expect((await get('/user?key=a')).statusCode).toBe(429);
  });
});
