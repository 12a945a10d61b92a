import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { firstClientBody } from '../helpers/first-client.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The app's clock stands still, so that the ends of every window are known. */
const NOW = Date.now();
/** Three days ago: what a test stores around here is all there is, since our own calls are logged as of now. */
const THEN = NOW - 3 * DAY;

let test: TestApp;
let admin: { authorization: string };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const get = (url: string, headers: Record<string, string> = admin) => test.app.inject({ url, headers });
const iso = (unixMs: number) => new Date(unixMs).toISOString();
const between = (from: number, to: number) => `/analytics?from=${iso(from)}&to=${iso(to)}`;

async function store(actions: Record<string, unknown>[]): Promise<void> {
  const payload = { actions: actions.map((action) => firstClientBody(action)) };
  const response = await test.app.inject({ method: 'POST', url: '/api/log-actions', payload });
  expect(response.json()).toMatchObject({ stored: actions.length });
}

beforeAll(async () => {
  test = await buildTestApp({ clock: () => NOW });
  admin = bearer(await test.adminToken());
});
afterAll(() => test.close());

describe('platform analytics', () => {
  it('of a span with nothing in it are empty, not wrong', async () => {
    const response = await get(between(THEN - 30 * DAY, THEN - 29 * DAY));
    expect([response.statusCode, response.json()]).toEqual([
      200,
      {
        timeframe: 'custom',
        from: iso(THEN - 30 * DAY),
        to: iso(THEN - 29 * DAY),
        user_activity: { total_actions: 0, unique_users: 0, success_rate: null },
        service_metrics: [],
      },
    ]);
  });

  it('count actions, people, and how services did, busiest first', async () => {
    const times = [10, 20, 30, 40];
    await store([
      ...times.map((execution_time, index) => ({
        id: uuidV7({ msecs: THEN + index }),
        service_name: 'orderService',
        execution_time,
        success: index > 0,
        user_id: `u_${index % 2}`,
      })),
      { id: uuidV7({ msecs: THEN + 10 }), service_name: 'menuService', execution_time: 5, user_id: null },
      { id: uuidV7({ msecs: THEN + 11 }), service_name: 'untimed', user_id: null },
      // On the ends: `from` is inclusive, `to` is not.
      { id: uuidV7({ msecs: THEN - 1 }), service_name: 'outside', execution_time: 1 },
      { id: uuidV7({ msecs: THEN + 12 }), service_name: 'outside', execution_time: 1 },
    ]);
    const answer = (await get(between(THEN, THEN + 12))).json();
    expect(answer.user_activity).toEqual({ total_actions: 6, unique_users: 3, success_rate: 5 / 6 });
    expect(answer.service_metrics).toEqual([
      {
        service_name: 'orderService',
        call_count: 4,
        avg_response_time: 25,
        success_rate: 0.75,
        p50: 25,
        p95: expect.closeTo(38.5, 9),
        p99: expect.closeTo(39.7, 9),
      },
      {
        service_name: 'menuService',
        call_count: 1,
        avg_response_time: 5,
        success_rate: 1,
        p50: 5,
        p95: 5,
        p99: 5,
      },
    ]);
  });

  it.each([
    ['hourly', HOUR, 60_000],
    ['daily', DAY, HOUR],
    ['weekly', 7 * DAY, HOUR],
    ['monthly', 30 * DAY, HOUR],
  ])('of the %s window count from its aligned start until now', async (timeframe, length, grain) => {
    const start = Math.floor((NOW - length) / grain) * grain;
    const service = `window-${timeframe}`;
    for (const msecs of [start - 1, start, NOW]) {
      await test.db.query(
        `INSERT INTO service_metrics (id, service_name, method_name, execution_time, success, timestamp)
         VALUES ($1, $2, 'm', 1, true, $3)`,
        [uuidV7({ msecs }), service, new Date(msecs)],
      );
    }
    const answer = (await get(`/analytics?timeframe=${timeframe}`)).json();
    expect(answer).toMatchObject({ timeframe, from: iso(start) });
    expect(answer.service_metrics).toContainEqual(
      expect.objectContaining({ service_name: service, call_count: 2 }),
    );
  });

  it('are daily by default, and the same at every address', async () => {
    for (const url of ['/analytics', '/analytics/', '/api/analytics', '/api/analytics/']) {
      const response = await get(url);
      expect([url, response.statusCode, response.json().timeframe]).toEqual([url, 200, 'daily']);
    }
  });

  it.each(['timeframe=yearly', `from=${iso(NOW)}`, `from=${iso(NOW)}&to=${iso(NOW)}`, 'from=a&to=b'])(
    'refuse %s',
    async (query) => {
      const response = await get(`/analytics?${query}`);
      expect([response.statusCode, response.json().type]).toEqual([422, '/problems/validation-failed']);
    },
  );

  it('are for admins and services that may read', async () => {
    const { token } = await test.tokenFor('restaurant');
    const statuses = [];
    for (const headers of [
      {},
      bearer(token),
      { 'x-api-key': await test.apiKey(['ingest']) },
      { 'x-api-key': await test.apiKey(['read']) },
    ]) {
      statuses.push((await get('/analytics', headers)).statusCode);
    }
    expect(statuses).toEqual([401, 403, 403, 200]);
  });
});

describe('analytics of one person', () => {
  it('of somebody unknown are empty', async () => {
    const response = await get('/analytics/users/nobody%2Fknows');
    expect([response.statusCode, response.json()]).toMatchObject([
      200,
      {
        user_id: 'nobody/knows',
        recent_actions: [],
        behavior_patterns: { total_actions: 0, last_seen: null },
      },
    ]);
  });

  it('have the last 100 actions, newest first, and patterns of them beside the whole count', async () => {
    const times = Array.from({ length: 130 }, (_, index) => THEN + HOUR + index * 1_000);
    await store(times.map((msecs) => ({ id: uuidV7({ msecs }), user_id: 'u_busy' })));
    const answer = (await get('/api/analytics/users/u_busy')).json();
    expect(answer.recent_actions.map((action: { timestamp: string }) => action.timestamp)).toEqual(
      times.slice(30).reverse().map(iso),
    );
    expect(answer.behavior_patterns).toMatchObject({
      total_actions: 130,
      based_on: { actions: 100, from: iso(times[30] ?? 0), to: iso(times[129] ?? 0) },
      sessions: { count: 1, median_length: 99_000 },
      median_gap: 1_000,
      top_actions: [{ name: 'placeOrder', count: 100 }],
    });
  });

  it('may be read by that person, and by no other but admins and services', async () => {
    const { token, user_id } = await test.tokenFor('customer');
    const own = await get(`/analytics/users/${user_id}`, bearer(token));
    const others = await get('/analytics/users/u_busy', bearer(token));
    const service = await get('/analytics/users/u_busy', { 'x-api-key': await test.apiKey(['read']) });
    const nobody = await get('/analytics/users/u_busy', {});
    expect([own, others, service, nobody].map(({ statusCode }) => statusCode)).toEqual([200, 403, 200, 401]);
  });

  it('take any id that could be stored, and refuse what could not', async () => {
    expect((await get(`/analytics/users/${encodeURIComponent("'; DROP TABLE x --")}`)).statusCode).toBe(200);
    expect((await get('/analytics/users/a%00b')).statusCode).toBe(422);
    expect((await get(`/analytics/users/${'x'.repeat(256)}`)).statusCode).toBeLessThan(500);
  });
});
