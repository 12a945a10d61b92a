import { createHmac, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles } from '../../src/contract/common.js';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { firstClientBody } from '../helpers/first-client.js';

const people = [...roles];
const keys = ['key: ingest', 'key: read', 'key: none'] as const;
type CallerName = 'nobody' | (typeof people)[number] | (typeof keys)[number];
const callers: readonly CallerName[] = ['nobody', ...people, ...keys];

/** Who may, in words of the contract. */
const everybody = callers;
const senders: readonly CallerName[] = ['nobody', ...people, 'key: ingest'];
const known: readonly CallerName[] = [...people, 'key: ingest'];
const persons: readonly CallerName[] = people;
const admins: readonly CallerName[] = ['admin'];
const readers: readonly CallerName[] = ['admin', 'key: read'];
const ownReaders: readonly CallerName[] = [...people, 'key: read'];
/** Those who read all, and the one role whose own figures these are. */
const restaurants: readonly CallerName[] = ['restaurant', ...readers];
const couriers: readonly CallerName[] = ['delivery', ...readers];

/** Who asks, as far as a question depends on it. */
interface Asker {
  caller: CallerName;
  /** A user that the caller may ask about. */
  user_id: string;
  /** A fresh one each time: it is good once. */
  refreshToken: () => Promise<string>;
}
type Question = (asker: Asker) => Partial<InjectOptions> | Promise<Partial<InjectOptions>>;

const body = (payload: object): Question => {
  return () => ({ payload });
};
const url = (address: string): Question => {
  return () => ({ url: address });
};
const own =
  (prefix: string): Question =>
  ({ user_id }) => ({ url: `${prefix}/${user_id}` });
const ownEvents: Question = ({ user_id }) => ({ url: `/api/events?limit=1&triggered_by=${user_id}` });
const ownOrders: Question = ({ user_id, caller }) => ({
  url: `/api/orders?limit=1&${partyOf[caller] ?? 'customer'}_id=${user_id}`,
});
/** Which party of an order a role is. */
const partyOf: Partial<Record<CallerName, string>> = { restaurant: 'restaurant', delivery: 'courier' };
const funnel = 'funnel?key=order&steps=order_placed,order_delivered';
const someOrder = url('/api/orders/o_unknown/timeline');
const ownActions: Question = ({ user_id }) => ({ url: `/api/actions?limit=1&user_id=${user_id}` });
const refreshing: Question = async ({ refreshToken }) => ({
  payload: { refresh_token: await refreshToken() },
});
const event = { event_type: 'route_walked', entity_type: 'route', entity_id: 'r_1', event_data: {} };
const metric = { service_name: 's', method_name: 'm', execution_time: 1, success: true };
const login = { email: 'admin@example.com', password: 'correct horse battery staple' };
const someChannel = url(`/api/channels/${randomUUID()}`);
const someDelivery = url(`/api/deliveries/${randomUUID()}`);
const someAccount = url(`/api/accounts/${randomUUID()}`);

/**
 * Every route of the service: who may, and what one who may is answered to a harmless question (a body that is not valid, an id that
 * there is not). The list is written by hand on purpose: a route that comes or goes must be thought about here.
 */
const table: Record<string, readonly [who: readonly CallerName[], status: number, ask?: Question]> = {
  'POST /api/log-action': [senders, 201, body(firstClientBody())],
  'POST /api/log-actions': [senders, 200, body({ actions: [firstClientBody()] })],
  'POST /api/events': [known, 201, body(event)],
  'POST /api/events/batch': [known, 200, body({ events: [event] })],
  'POST /api/service-metrics': [known, 200, body({ metrics: [metric] })],
  'POST /api/auth/login': [everybody, 200, body(login)],
  'POST /api/auth/refresh': [everybody, 200, refreshing],
  'POST /api/auth/logout': [everybody, 204, refreshing],
  'GET /api/auth/me': [persons, 200],
  'HEAD /api/auth/me': [persons, 200],
  'POST /api/auth/password': [persons, 422, body({})],
  'POST /api/accounts': [admins, 422, body({})],
  'GET /api/accounts': [admins, 200],
  'HEAD /api/accounts': [admins, 200],
  'GET /api/accounts/:id': [admins, 404, someAccount],
  'HEAD /api/accounts/:id': [admins, 404, someAccount],
  'PATCH /api/accounts/:id': [
    admins,
    404,
    () => ({ url: `/api/accounts/${randomUUID()}`, payload: { role: 'admin' } }),
  ],
  'POST /api/api-keys': [admins, 422, body({})],
  'GET /api/api-keys': [admins, 200],
  'HEAD /api/api-keys': [admins, 200],
  'DELETE /api/api-keys/:id': [admins, 404, url(`/api/api-keys/${randomUUID()}`)],
  'POST /api/channels': [admins, 422, body({})],
  'GET /api/channels': [admins, 200],
  'HEAD /api/channels': [admins, 200],
  'GET /api/channels/:id': [admins, 404, someChannel],
  'HEAD /api/channels/:id': [admins, 404, someChannel],
  'PATCH /api/channels/:id': [
    admins,
    404,
    () => ({ url: `/api/channels/${randomUUID()}`, payload: { enabled: false } }),
  ],
  'DELETE /api/channels/:id': [admins, 404, someChannel],
  'POST /api/channels/:id/test': [admins, 404, url(`/api/channels/${randomUUID()}/test`)],
  'POST /api/channels/:id/rotate-secret': [admins, 404, url(`/api/channels/${randomUUID()}/rotate-secret`)],
  'GET /api/deliveries': [admins, 200],
  'HEAD /api/deliveries': [admins, 200],
  'GET /api/deliveries/:id': [admins, 404, someDelivery],
  'HEAD /api/deliveries/:id': [admins, 404, someDelivery],
  'POST /api/deliveries/:id/redeliver': [admins, 404, url(`/api/deliveries/${randomUUID()}/redeliver`)],
  'GET /api/actions': [ownReaders, 200, ownActions],
  'HEAD /api/actions': [ownReaders, 200, ownActions],
  'GET /api/events': [ownReaders, 200, ownEvents],
  'HEAD /api/events': [ownReaders, 200, ownEvents],
  'GET /api/orders': [ownReaders, 200, ownOrders],
  'HEAD /api/orders': [ownReaders, 200, ownOrders],
  'GET /api/orders/:order_id/timeline': [ownReaders, 404, someOrder],
  'HEAD /api/orders/:order_id/timeline': [ownReaders, 404, someOrder],
  'GET /api/unusual-users': [admins, 200],
  'HEAD /api/unusual-users': [admins, 200],
  'GET /api/analytics': [readers, 200],
  'HEAD /api/analytics': [readers, 200],
  'GET /analytics': [readers, 200],
  'HEAD /analytics': [readers, 200],
  'GET /api/analytics/users/:user_id': [ownReaders, 200, own('/api/analytics/users')],
  'HEAD /api/analytics/users/:user_id': [ownReaders, 200, own('/api/analytics/users')],
  'GET /analytics/users/:user_id': [ownReaders, 200, own('/analytics/users')],
  'HEAD /analytics/users/:user_id': [ownReaders, 200, own('/analytics/users')],
  'GET /api/analytics/timeseries': [readers, 200],
  'GET /api/analytics/services': [readers, 200],
  'GET /api/analytics/services/:service': [readers, 200, url('/api/analytics/services/orderService')],
  'GET /api/analytics/users': [readers, 200],
  'GET /api/analytics/orders': [readers, 200],
  'GET /api/analytics/funnel': [readers, 200, url(`/api/analytics/${funnel}`)],
  'GET /api/analytics/restaurants/:restaurant_id': [restaurants, 200, own('/api/analytics/restaurants')],
  'GET /api/analytics/couriers/:courier_id': [couriers, 200, own('/api/analytics/couriers')],
  'HEAD /api/analytics/timeseries': [readers, 200],
  'HEAD /api/analytics/services': [readers, 200],
  'HEAD /api/analytics/services/:service': [readers, 200, url('/api/analytics/services/orderService')],
  'HEAD /api/analytics/users': [readers, 200],
  'HEAD /api/analytics/orders': [readers, 200],
  'HEAD /api/analytics/funnel': [readers, 200, url(`/api/analytics/${funnel}`)],
  'HEAD /api/analytics/restaurants/:restaurant_id': [restaurants, 200, own('/api/analytics/restaurants')],
  'HEAD /api/analytics/couriers/:courier_id': [couriers, 200, own('/api/analytics/couriers')],
  'GET /analytics/timeseries': [readers, 200],
  'GET /analytics/services': [readers, 200],
  'GET /analytics/services/:service': [readers, 200, url('/analytics/services/orderService')],
  'GET /analytics/users': [readers, 200],
  'GET /analytics/orders': [readers, 200],
  'GET /analytics/funnel': [readers, 200, url(`/analytics/${funnel}`)],
  'GET /analytics/restaurants/:restaurant_id': [restaurants, 200, own('/analytics/restaurants')],
  'GET /analytics/couriers/:courier_id': [couriers, 200, own('/analytics/couriers')],
  'HEAD /analytics/timeseries': [readers, 200],
  'HEAD /analytics/services': [readers, 200],
  'HEAD /analytics/services/:service': [readers, 200, url('/analytics/services/orderService')],
  'HEAD /analytics/users': [readers, 200],
  'HEAD /analytics/orders': [readers, 200],
  'HEAD /analytics/funnel': [readers, 200, url(`/analytics/${funnel}`)],
  'HEAD /analytics/restaurants/:restaurant_id': [restaurants, 200, own('/analytics/restaurants')],
  'HEAD /analytics/couriers/:courier_id': [couriers, 200, own('/analytics/couriers')],
  'POST /api/live/ticket': [admins, 201],
  // 404: who may is told that this address speaks WebSocket only.
  'GET /ws/action-tracking': [admins, 404],
  'HEAD /ws/action-tracking': [admins, 404],
  'POST /api/alert-rules': [admins, 422, body({})],
  'GET /api/alert-rules': [admins, 200],
  'HEAD /api/alert-rules': [admins, 200],
  'GET /api/alert-rules/:id': [admins, 404, url(`/api/alert-rules/${randomUUID()}`)],
  'HEAD /api/alert-rules/:id': [admins, 404, url(`/api/alert-rules/${randomUUID()}`)],
  'PATCH /api/alert-rules/:id': [
    admins,
    404,
    () => ({ url: `/api/alert-rules/${randomUUID()}`, payload: { name: 'x' } }),
  ],
  'DELETE /api/alert-rules/:id': [admins, 404, url(`/api/alert-rules/${randomUUID()}`)],
  'POST /api/alert-rules/dry-run': [admins, 422, body({})],
  'POST /api/alert-rules/backtest': [admins, 422, body({})],
  'GET /api/alerts': [admins, 200],
  'HEAD /api/alerts': [admins, 200],
  'GET /api/alerts/:id': [admins, 404, url(`/api/alerts/${randomUUID()}`)],
  'HEAD /api/alerts/:id': [admins, 404, url(`/api/alerts/${randomUUID()}`)],
  'POST /api/alerts/:id/acknowledge': [admins, 404, url(`/api/alerts/${randomUUID()}/acknowledge`)],
  'POST /api/silences': [admins, 422, body({})],
  'GET /api/silences': [admins, 200],
  'HEAD /api/silences': [admins, 200],
  'DELETE /api/silences/:id': [admins, 404, url(`/api/silences/${randomUUID()}`)],
  'GET /api/system/health': [admins, 200],
  'HEAD /api/system/health': [admins, 200],
  'GET /health/live': [everybody, 200],
  'HEAD /health/live': [everybody, 200],
  'GET /health/ready': [everybody, 200],
  'HEAD /health/ready': [everybody, 200],
  'GET /metrics': [everybody, 200],
  'HEAD /metrics': [everybody, 200],
  'GET /problems': [everybody, 200],
  'HEAD /problems': [everybody, 200],
  'GET /problems/:code': [everybody, 200, url('/problems/not-found')],
  'HEAD /problems/:code': [everybody, 200, url('/problems/not-found')],
  'GET /docs': [everybody, 200],
  'HEAD /docs': [everybody, 200],
  'GET /docs/json': [everybody, 200],
  'HEAD /docs/json': [everybody, 200],
  'GET /docs/yaml': [everybody, 200],
  'HEAD /docs/yaml': [everybody, 200],
  'GET /docs/static/index.html': [everybody, 302],
  'HEAD /docs/static/index.html': [everybody, 302],
  'GET /docs/static/swagger-initializer.js': [everybody, 200],
  'HEAD /docs/static/swagger-initializer.js': [everybody, 200],
  'GET /docs/static/*': [everybody, 200, url('/docs/static/swagger-ui.css')],
  'HEAD /docs/static/*': [everybody, 200, url('/docs/static/swagger-ui.css')],
};
const guarded = Object.entries(table).filter(([, [who]]) => who !== everybody);

let test: TestApp;
/** The same routes where ANONYMOUS_INGEST is off. */
let closed: TestApp;
const headersOf = new Map<CallerName, Record<string, string>>([['nobody', {}]]);
const userOf = new Map<CallerName, string>();
let refreshToken: string;
let adminToken: string;

beforeAll(async () => {
  [test, closed] = await Promise.all([
    buildTestApp(),
    buildTestApp({
      config: { ANONYMOUS_INGEST: false, JWT_SECRET: 'another-secret-of-at-least-32-bytes!!' },
    }),
  ]);
  for (const role of people) {
    const { token, user_id } = await test.tokenFor(role);
    headersOf.set(role, { authorization: `Bearer ${token}` });
    userOf.set(role, user_id);
    if (role === 'admin') adminToken = token;
  }
  headersOf.set('key: ingest', { 'x-api-key': await test.apiKey(['ingest']) });
  headersOf.set('key: read', { 'x-api-key': await test.apiKey(['read']) });
  // No route makes a key without a scope, but nothing in the database forbids one.
  const scopeless = await test.apiKey(['read']);
  await test.db.query(`UPDATE api_keys SET scopes = '{}' WHERE prefix = $1`, [scopeless.slice(0, 12)]);
  headersOf.set('key: none', { 'x-api-key': scopeless });
  refreshToken = await newRefreshToken(test);
});
afterAll(async () => {
  await test.close();
  await closed.close();
});

async function newRefreshToken({ app }: TestApp): Promise<string> {
  const response = await app.inject({ method: 'POST', url: '/api/auth/login', payload: login });
  return response.json<{ refresh_token: string }>().refresh_token;
}

const send = async (
  on: TestApp,
  route: string,
  headers: Record<string, string>,
  user_id = 'u_17',
  caller: CallerName = 'nobody',
) => {
  const [method, address] = route.split(' ') as ['GET', string];
  const ask = table[route]?.[2];
  const question = await ask?.({ caller, user_id, refreshToken: () => newRefreshToken(on) });
  return on.app.inject({ method, url: address, headers, ...question });
};

describe('the table of routes', () => {
  it('has a line for each route of the service, and no other', () => {
    const listed = test.app.routeList.map(({ method, url: address }) => `${method} ${address}`);
    expect([...listed].sort()).toEqual(Object.keys(table).sort());
  });

  it.each(Object.entries(table))('%s answers who may, and nobody else', async (route, [who, status]) => {
    const expected: Record<string, number> = {};
    const answered: Record<string, number> = {};
    for (const caller of callers) {
      expected[caller] = who.includes(caller) ? status : caller === 'nobody' ? 401 : 403;
      const response = await send(test, route, headersOf.get(caller) ?? {}, userOf.get(caller), caller);
      answered[caller] = response.statusCode;
    }
    expect(answered).toEqual(expected);
  });

  it.each(Object.entries(table))(
    '%s for nobody, where anonymous ingest is off',
    async (route, [who, status]) => {
      expect((await send(closed, route, {})).statusCode).toBe(who === everybody ? status : 401);
    },
  );

  it('guards the addresses with a trailing slash, or a double one, too', async () => {
    for (const [route, [who]] of guarded) {
      if (who === senders) continue;
      const [method, address = ''] = route.split(' ') as ['GET', string];
      expect([route, (await test.app.inject({ method, url: `${address}/` })).statusCode]).toEqual([
        route,
        401,
      ]);
      const doubled = await test.app.inject({ method, url: address.replace('/', '//') });
      expect([route, [401, 404].includes(doubled.statusCode)]).toEqual([route, true]);
    }
  });

  it.each(['customer', 'restaurant', 'delivery'] as const)('shows a %s nothing of others', async (role) => {
    for (const [route, [who, status]] of guarded) {
      if (who !== ownReaders && !([restaurants, couriers].includes(who) && who.includes(role))) continue;
      const response = await send(test, route, headersOf.get(role) ?? {}, userOf.get('admin'), role);
      // What is not theirs is as unknown to them as what there is not.
      expect([route, response.statusCode]).toEqual([route, status === 404 ? 404 : 403]);
    }
  });
});

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part = '') =>
  JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const publicPem = publicKey.export({ type: 'spki', format: 'pem' });

/** Makes a bad credential of a good admin's token: header, claims and signature change separately. */
const forge = (
  header: object,
  claims: object,
  { secret = test.config.JWT_SECRET, digest = 'sha256' } = {},
) => {
  const [head, payload] = adminToken.split('.');
  const input = `${encode({ ...decode(head), ...header })}.${encode({ ...decode(payload), ...claims })}`;
  return `${input}.${createHmac(digest, secret).update(input).digest('base64url')}`;
};
const part = (token: string, index: number) => token.split('.')[index] ?? '';
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const badCredentials: Record<string, () => Record<string, string>> = {
  'alg none': () => bearer(`${encode({ alg: 'none', typ: 'at+jwt' })}.${part(adminToken, 1)}.`),
  'alg none with a signature': () => bearer(forge({ alg: 'none' }, {})),
  'HS512 with the right secret': () => bearer(forge({ alg: 'HS512' }, {}, { digest: 'sha512' })),
  'RS256 with a key of its own': () => {
    const input = `${encode({ alg: 'RS256', typ: 'at+jwt' })}.${part(adminToken, 1)}`;
    return bearer(`${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`);
  },
  'RS256 over an HMAC of our secret': () => bearer(forge({ alg: 'RS256' }, {})),
  'an HMAC whose secret is a public key': () => bearer(forge({}, {}, { secret: String(publicPem) })),
  'another secret': () => bearer(forge({}, {}, { secret: closed.config.JWT_SECRET })),
  'another audience': () => bearer(forge({}, { aud: 'somebody-else' })),
  'no audience': () => bearer(forge({}, { aud: undefined })),
  'another issuer': () => bearer(forge({}, { iss: 'https://evil.example' })),
  'an end that is over': () => bearer(forge({}, { exp: Math.floor(Date.now() / 1_000) - 1 })),
  'no end': () => bearer(forge({}, { exp: undefined })),
  'another typ': () => bearer(forge({ typ: 'JWT' }, {})),
  'no typ': () => bearer(forge({ typ: undefined }, {})),
  'a refresh token': () => bearer(refreshToken),
  'a tampered signature': () => {
    const signature = Buffer.from(part(adminToken, 2), 'base64url');
    signature[0] = (signature[0] ?? 0) ^ 1;
    return bearer(`${part(adminToken, 0)}.${part(adminToken, 1)}.${signature.toString('base64url')}`);
  },
  'a tampered payload': () => {
    const claims = encode({ ...decode(part(adminToken, 1)), sub: userOf.get('customer') });
    return bearer(`${part(adminToken, 0)}.${claims}.${part(adminToken, 2)}`);
  },
  'no signature': () => bearer(`${part(adminToken, 0)}.${part(adminToken, 1)}.`),
  'an API key as bearer': () => bearer(headersOf.get('key: ingest')?.['x-api-key'] ?? ''),
  'a password instead of a token': () => ({
    authorization: `Basic ${Buffer.from(`${login.email}:${login.password}`).toString('base64')}`,
  }),
  'an access token as API key': () => ({ 'x-api-key': adminToken }),
  'a refresh token as API key': () => ({ 'x-api-key': refreshToken }),
  'an API key that nobody made': () => ({ 'x-api-key': `fek_${'x'.repeat(43)}` }),
};

describe('a bad credential', () => {
  it('differs from a good one in what its name says: the hand-made control is let in', async () => {
    const response = await test.app.inject({ url: '/api/accounts', headers: bearer(forge({}, {})) });
    expect(response.statusCode).toBe(200);
  });

  it.each(Object.entries(badCredentials))('(%s) is 401 on every route that looks at one', async (_, make) => {
    const answered: Record<string, number> = {};
    const headers = make();
    for (const [route] of guarded) answered[route] = (await send(test, route, headers)).statusCode;
    expect(answered).toEqual(Object.fromEntries(guarded.map(([route]) => [route, 401])));
  });
});
