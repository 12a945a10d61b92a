import { Readable } from 'node:stream';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { access } from '../../src/access/access.js';
import { conditional } from '../../src/http/conditional.js';
import '../../src/http/route-config.js';
import { addVary } from '../../src/http/vary.js';

let app: FastifyInstance;
let answer = { count: 1 };

beforeAll(async () => {
  app = fastify();
  await app.register(conditional);
  const config = { access: access.read };
  app.get('/answer', { config }, async (_request, reply) => {
    addVary(reply, 'Accept');
    return answer;
  });
  app.get('/public', { config: { access: access.public } }, async () => answer);
  app.get('/own', { config }, async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(answer),
  );
  app.get('/stream', { config }, async () => Readable.from(['a', 'b']));
  app.get('/error', { config }, async (_request, reply) => reply.code(403).send(answer));
  app.post('/answer', { config }, async () => answer);
  await app.ready();
});
afterAll(() => app.close());

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers });
const tagOf = async (url: string) => String((await get(url)).headers.etag);

describe('a repeated question', () => {
  it('has a weak tag, and is to be asked again each time by whoever keeps the answer', async () => {
    const { headers, statusCode } = await get('/answer');
    expect(statusCode).toBe(200);
    expect(headers.etag).toMatch(/^W\/"[^"]+"$/);
    expect(headers['cache-control']).toBe('private, max-age=0, must-revalidate');
    expect(headers.vary).toBe('Accept, Authorization, X-API-Key');
  });

  it.each([
    ['the tag', (tag: string) => tag],
    ['the tag as a strong one', (tag: string) => tag.replace('W/', '')],
    ['one of several', (tag: string) => `"other", ${tag}`],
    ['anything', () => '*'],
  ])('with If-None-Match of %s is a 304 without a body', async (_name, make) => {
    const tag = await tagOf('/answer');
    const response = await get('/answer', { 'if-none-match': make(tag) });
    expect([response.statusCode, response.body]).toEqual([304, '']);
    expect(response.headers).toMatchObject({
      etag: tag,
      'cache-control': 'private, max-age=0, must-revalidate',
    });
    expect(response.headers['content-type']).toBeUndefined();
    expect(response.headers['content-length']).toBeUndefined();
  });

  it.each(['"other"', 'W/"other"', 'nonsense', ''])('with If-None-Match of %s has its body', async (tag) => {
    const response = await get('/answer', { 'if-none-match': tag });
    expect([response.statusCode, response.json()]).toEqual([200, answer]);
  });

  it('has another tag when the answer is another', async () => {
    const tag = await tagOf('/answer');
    answer = { count: answer.count + 1 };
    const response = await get('/answer', { 'if-none-match': tag });
    expect([response.statusCode, response.json()]).toEqual([200, answer]);
  });

  it('by HEAD is answered by the same tag', async () => {
    const tag = await tagOf('/answer');
    const head = (headers = {}) => app.inject({ method: 'HEAD', url: '/answer', headers });
    expect((await head()).headers.etag).toBe(tag);
    expect((await head({ 'if-none-match': tag })).statusCode).toBe(304);
  });
});

describe('what has no tag', () => {
  it('is a stream, an error and the answer to a POST, whatever the asker holds', async () => {
    const held = { 'if-none-match': '*' };
    const stream = await get('/stream', held);
    const error = await get('/error', held);
    const post = await app.inject({ method: 'POST', url: '/answer', headers: held });
    expect([stream.statusCode, stream.body]).toEqual([200, 'ab']);
    expect([error.statusCode, error.json()]).toEqual([403, answer]);
    expect([post.statusCode, post.json()]).toEqual([200, answer]);
    for (const { headers } of [stream, error, post]) expect(headers.etag).toBeUndefined();
    for (const { headers } of [error, post]) expect(headers['cache-control']).toBe('no-store');
  });
});

describe('a route', () => {
  it('keeps a Cache-Control of its own', async () => {
    expect((await get('/own')).headers['cache-control']).toBe('no-store');
  });

  it('for everybody does not vary by who asks', async () => {
    expect((await get('/public')).headers.vary).toBeUndefined();
  });
});
