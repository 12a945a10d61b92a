import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { access } from '../../src/access/access.js';
import { accessPlugin } from '../../src/access/access-plugin.js';
import { type Config, readSettings } from '../../src/config.js';
import { clientAddress } from '../../src/http/client-address.js';
import { errorHandler } from '../../src/http/error-handler.js';
import { rateLimitPlugin } from '../../src/http/rate-limit.js';
import { routeList } from '../../src/http/route-list.js';
import { type Database, openDatabase } from '../../src/store/database.js';

describe('accessPlugin at the start', () => {
  let app: FastifyInstance;
  let database: Database;
  beforeEach(() => {
    // Never connected to: what is tested here comes before any query.
    const url = 'postgresql://nobody@127.0.0.1:9/none';
    database = openDatabase({ url, writers: 1, log: { warn: () => undefined } });
    app = fastify();
  });
  afterEach(async () => {
    await app.close();
    await database.close();
  });

  const build = async (settings: Record<string, string> = {}) => {
    const JWT_SECRET = 'a-secret-of-at-least-32-bytes-long!!';
    const config: Config = { ...readSettings(settings), DATABASE_URL: '', JWT_SECRET };
    app.decorate('config', config);
    app.decorate('clock', Date.now);
    app.decorate('database', database);
    await app.register(errorHandler);
    await app.register(clientAddress);
    await app.register(rateLimitPlugin);
    await app.register(accessPlugin);
  };

  it('refuses a route that does not declare who may call it', async () => {
    await app.register(routeList);
    await build();
    app.get('/undeclared', () => 'hello');
    await expect(app.ready()).rejects.toThrow('/undeclared does not declare who may call it');
  });

  it('knows a caller in every answer, also of what no route answers', async () => {
    await build();
    app.get('/who', { config: { access: access.public } }, (request) => request.caller);
    expect((await app.inject('/who')).json()).toEqual({ kind: 'nobody' });
    expect((await app.inject({ method: 'HEAD', url: '/who' })).statusCode).toBe(200);
    const missing = await app.inject({ url: '/missing', headers: { authorization: 'Bearer x' } });
    expect(missing.statusCode).toBe(404);
    expect(missing.headers['ratelimit-policy']).toBe('"anonymous";q=300;w=60');
  });

  const TOKEN_JWKS_URL = 'https://id.example.com/jwks';
  it.each([
    [{ TOKEN_JWKS_URL }, 'TOKEN_ISSUER and TOKEN_AUDIENCE'],
    [{ TOKEN_JWKS_URL, TOKEN_ISSUER: 'foodieexpress-tracking', TOKEN_AUDIENCE: 'a' }, 'that is this service'],
    [{ TOKEN_JWKS_URL: 'jwks', TOKEN_ISSUER: 'i', TOKEN_AUDIENCE: 'a' }, 'is not a URL'],
  ])(
    'does not start with settings of the platform issuer that cannot work: %j',
    async (settings, message) => {
      await expect(build(settings)).rejects.toThrow(message);
    },
  );
});
