import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { firstClientBody } from '../helpers/first-client.js';
import { type LiveSocket, type Message, openLive, Refused } from './live-socket.js';

const ADMIN_UI = 'https://admin.example.com';

let test: TestApp;
let url: string;
let admin: string;
let offset = 0;
beforeAll(async () => {
  test = await buildTestApp({ config: { CORS_ORIGINS: [ADMIN_UI] }, clock: () => Date.now() + offset });
  await test.app.listen({ port: 0, host: '127.0.0.1' });
  url = `ws://127.0.0.1:${(test.app.server.address() as AddressInfo).port}/ws/action-tracking`;
  admin = await test.adminToken();
});
afterAll(() => test.close());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const open = (headers: Record<string, string> = {}) => openLive(url, { ...bearer(admin), ...headers });
const post = async (path: string, payload: object, headers: Record<string, string> = {}) => {
  const response = await test.app.inject({ method: 'POST', url: path, headers, payload });
  return response.json<{ id: string; ticket: string; expires_in: number }>();
};
const act = (overrides: Record<string, unknown> = {}) =>
  post('/api/log-action', firstClientBody({ service_name: 'liveService', ...overrides }));
const has = (id: string) => (message: Message) => message.data.id === id;
const only = (live: LiveSocket) =>
  live.messages.filter(({ type }) => type === 'action' || type === 'event').map(({ data }) => data.id);
/** Nobody reads or writes commits until they are released. */
const holdCommits = async () => {
  const client = new pg.Client({ connectionString: test.db.url });
  await client.connect();
  await client.query('BEGIN; LOCK TABLE commits IN ACCESS EXCLUSIVE MODE');
  return { client, release: () => client.query('COMMIT') };
};
const leave = async (live: LiveSocket) => {
  live.socket.close();
  await live.closed;
};
const refusal = async (attempt: Promise<LiveSocket>) => {
  const outcome = await attempt.catch((error: unknown) => error);
  return outcome instanceof Refused ? outcome.status : outcome;
};

describe('the live feed', () => {
  it('opens for the first who watches once it has begun, and sends what is stored from then on, before any greeting', async () => {
    const { client, release } = await holdCommits();
    const opening = open();
    const first = await Promise.race([opening, sleep(300, 'nobody')]);
    await release();
    expect(first).toBe('nobody');
    const live = await opening;
    const { id } = await act();
    expect((await live.find(has(id))).type).toBe('action');
    expect(live.messages[0]?.type).toBe('hello');
    await leave(live);
    await client.end();
  });

  it('greets, then sends actions and events as they are stored', async () => {
    const live = await open();
    const hello = await live.find(({ type }) => type === 'hello');
    expect(hello.data).toEqual({
      server_time: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
      heartbeat_seconds: 20,
      account: { id: expect.any(String), role: 'admin' },
    });

    const { id } = await act({ parameters: { password: 'hunter2', note: 'extra ayran' } });
    const action = await live.find(has(id));
    const list = await test.app.inject({ url: `/api/actions?limit=5`, headers: bearer(admin) });
    const stored = list.json<{ actions: { id: string }[] }>().actions.find((one) => one.id === id);
    // What a row does not have is null in an answer, and left out of the feed.
    const present = Object.fromEntries(Object.entries(stored ?? {}).filter(([, value]) => value !== null));
    expect(action).toEqual({ type: 'action', cursor: expect.stringMatching(/^\d+(-\d.*)?$/), data: present });
    expect(action.data.parameters).toEqual({ password: '[redacted]', note: 'extra ayran' });

    const event = await post(
      '/api/events',
      { event_type: 'order_placed', entity_type: 'order', entity_id: 'o_1', event_data: { amount: 12.5 } },
      bearer(admin),
    );
    const narrow = await open();
    narrow.send({ type: 'subscribe', filter: { order_id: 'o_2' } });
    await narrow.find(({ type }) => type === 'system');
    const payment = await post(
      '/api/events',
      {
        event_type: 'payment_failed',
        entity_type: 'payment',
        entity_id: 'p_1',
        event_data: { order_id: 'o_2' },
      },
      bearer(admin),
    );
    await narrow.find(has(payment.id));
    expect(only(narrow)).toEqual([payment.id]);
    await leave(narrow);
    expect(await live.find(has(event.id))).toMatchObject({
      type: 'event',
      data: { id: event.id, event_type: 'order_placed', event_data: { amount: 12.5 }, identity: 'token' },
    });
    await leave(live);
  });

  it('sends a duplicate to nobody', async () => {
    const live = await open();
    const id = uuidV7();
    for (let sent = 0; sent < 3; sent += 1) await act({ id });
    const after = await act();
    await live.find(has(after.id));
    expect(only(live).filter((one) => one === id)).toHaveLength(1);
    await leave(live);
  });

  it('sends what the filter asks for, and the filter can be changed', async () => {
    const live = await open();
    live.send({ type: 'subscribe', filter: { service_name: 'filtered', success: false } });
    await live.find(({ type }) => type === 'system');
    const first = await act({ service_name: 'filtered', success: false });
    const other = await act({ service_name: 'filtered', success: true });
    const second = await act({ service_name: 'filtered', success: false });
    await live.find(has(second.id));
    expect(only(live)).toEqual([first.id, second.id]);

    const { cursor } = await live.find(has(first.id));
    live.send({ type: 'subscribe', filter: { service_name: 'filtered' }, after: cursor });
    await live.find(has(other.id));
    await leave(live);
  });

  it('goes on after a cursor, and names the gap where it cannot', async () => {
    const stays = await open();
    const before = await open();
    const seen = await act({ service_name: 'resumed' });
    const { cursor } = await before.find(has(seen.id));
    await leave(before);
    const missedOnes = [await act({ service_name: 'resumed' }), await act({ service_name: 'resumed' })];

    const back = await open();
    back.send({ type: 'subscribe', filter: { service_name: 'resumed' }, after: cursor });
    await back.find(has(missedOnes[1]?.id ?? ''));
    expect(only(back)).toEqual(missedOnes.map(({ id }) => id));
    expect(back.messages.filter(({ type }) => type === 'gap')).toEqual([]);

    // Of another database: nobody has given out this number.
    const unknown = '999999999.4';
    back.send({ type: 'subscribe', filter: { service_name: 'resumed' }, after: unknown });
    const gap = await back.find(({ type }) => type === 'gap');
    expect(gap.data).toEqual({ from: unknown, to: gap.cursor, count: null });
    await leave(back);
    await leave(stays);
  });

  it('answers what it cannot understand, ten times', async () => {
    const live = await open();
    live.socket.send('what?');
    const { data } = await live.find(({ type }) => type === 'system');
    expect(data.problem).toMatchObject({ type: '/problems/malformed-request', status: 400 });
    live.send({ type: 'subscribe', filter: { colour: 'red' } });
    await live.find(({ data }) => JSON.stringify(data).includes('validation-failed'));
    for (let bad = 0; bad < 8; bad += 1) live.socket.send(Buffer.from('binary'));
    expect((await live.closed).code).toBe(1008);
  });

  it('takes no message larger than 16 KiB', async () => {
    const live = await open();
    live.send({ type: 'subscribe', filter: { service_name: 'x'.repeat(16_384) } });
    expect((await live.closed).code).toBe(1009);
  });

  it('says how many are connected', async () => {
    const live = await open();
    const { body } = await test.app.inject({ url: '/metrics' });
    expect(/^live_clients \d+$/m.exec(body)?.[0]).toBe('live_clients 1');
    await leave(live);
  });
});

describe('who may watch', () => {
  it('is an admin with a token, and nobody else', async () => {
    const customer = await test.tokenFor('customer');
    const key = await test.apiKey(['read', 'ingest']);
    expect(await refusal(openLive(url))).toBe(401);
    expect(await refusal(openLive(url, bearer(`${admin}x`)))).toBe(401);
    expect(await refusal(openLive(url, bearer(customer.token)))).toBe(403);
    expect(await refusal(openLive(url, { 'x-api-key': key }))).toBe(403);
    expect(await refusal(openLive(`${url}?ticket=nonsense`))).toBe(401);
    expect((await test.app.inject({ url: '/ws/action-tracking', headers: bearer(admin) })).statusCode).toBe(
      404,
    );
    await leave(await open());
  });

  it('opens it from a listed page or its own, and from no other', async () => {
    const own = new URL(url).host;
    expect(await refusal(open({ origin: 'https://evil.example' }))).toBe(403);
    expect(await refusal(open({ origin: 'null' }))).toBe(403);
    await leave(await open({ origin: ADMIN_UI }));
    await leave(await open({ origin: `http://${own}` }));
  });

  it('may come with a ticket, once, which nothing keeps', async () => {
    const response = await test.app.inject({
      method: 'POST',
      url: '/api/live/ticket',
      headers: bearer(admin),
    });
    expect([response.statusCode, response.headers['cache-control']]).toEqual([201, 'no-store']);
    const { ticket, expires_in } = response.json();
    expect(expires_in).toBe(30);
    await leave(await openLive(`${url}?ticket=${ticket}`, { origin: ADMIN_UI }));
    expect(await refusal(openLive(`${url}?ticket=${ticket}`))).toBe(401);

    const { id } = await act();
    const kept = await test.db.query('SELECT 1 FROM action_logs AS row WHERE row::text LIKE $1', [
      `%${String(ticket).slice(0, 40)}%`,
    ]);
    expect([kept, test.logged().includes(ticket), typeof id]).toEqual([[], false, 'string']);
  });

  it('gets no ticket without being an admin, and no access to anything else with one', async () => {
    const customer = await test.tokenFor('customer');
    const ticketOf = (headers: Record<string, string>) =>
      test.app.inject({ method: 'POST', url: '/api/live/ticket', headers });
    expect((await ticketOf({})).statusCode).toBe(401);
    expect((await ticketOf(bearer(customer.token))).statusCode).toBe(403);
    const { ticket } = (await ticketOf(bearer(admin))).json();
    const asToken = await test.app.inject({ url: '/analytics', headers: bearer(ticket) });
    const asQuery = await test.app.inject({ url: `/analytics?ticket=${ticket}` });
    expect([asToken.statusCode, asQuery.statusCode]).toEqual([401, 401]);
  });

  it('is closed with 4401 within 5 s of a demotion, wherever that was made, and the others are not', async () => {
    const { token, user_id } = await test.tokenFor('admin');
    const [demoted, other] = await Promise.all([openLive(url, bearer(token)), open()]);
    await demoted.find(({ type }) => type === 'hello');
    // As another replica does it: this one is not told.
    await test.db.query(`UPDATE accounts SET role = 'customer' WHERE id = $1`, [user_id]);
    const started = performance.now();
    expect((await demoted.closed).code).toBe(4401);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(other.socket.readyState).toBe(other.socket.OPEN);
    await leave(other);
  });

  it('is closed with 4401 when the token ends', async () => {
    try {
      const token = await test.adminToken();
      offset = 897_500;
      const live = await openLive(url, bearer(token));
      await live.find(({ type }) => type === 'hello');
      expect((await live.closed).code).toBe(4401);
      expect(await refusal(openLive(url, bearer(token)))).toBe(401);
    } finally {
      offset = 0;
    }
  });
});
