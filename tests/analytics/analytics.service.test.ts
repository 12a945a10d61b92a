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

/** Within 1 %, as percentiles are. */
const about = (value: number) => expect.closeTo(value, 2 - Math.log10(value / 2));

describe('platform analytics', () => {
  it('of a span with nothing in it are empty, not wrong', async () => {
    const response = await get(between(THEN - 30 * DAY, THEN - 29 * DAY));
    const nothing = { total_actions: 0, unique_users: 0, failures: 0, success_rate: null };
    expect([response.statusCode, response.json()]).toEqual([
      200,
      {
        timeframe: 'custom',
        from: iso(THEN - 30 * DAY),
        to: iso(THEN - 29 * DAY),
        timezone: 'UTC',
        user_activity: nothing,
        previous: {
          from: iso(THEN - 31 * DAY),
          to: iso(THEN - 30 * DAY),
          ...nothing,
          call_count: 0,
          avg_response_time: null,
        },
        change: { total_actions: null, unique_users: null, failure_rate: null, call_count: null },
        service_metrics: [],
        user_types: [],
        top_actions: [],
        top_errors: [],
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
    expect(answer.user_activity).toEqual({
      total_actions: 6,
      unique_users: 3,
      success_rate: 5 / 6,
      failures: 1,
    });
    expect(answer.service_metrics).toMatchObject([
      {
        service_name: 'orderService',
        call_count: 4,
        failures: 1,
        avg_response_time: 25,
        success_rate: 0.75,
        min: 10,
        max: 40,
        p50: about(25),
        p95: about(38.5),
        p99: about(39.7),
        change: { call_count: null, avg_response_time: null, failure_rate: null },
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

  it('tell kinds of people, actions and failures apart', async () => {
    const start = THEN - 10 * HOUR;
    const one = (index: number, fields: Record<string, unknown>) => ({
      id: uuidV7({ msecs: start + index }),
      user_id: `who_${index}`,
      ...fields,
    });
    const failed = (error_message: string | null) => ({ success: false, error_message });
    await store([
      one(0, { user_type: 'customer', action_type: 'pay', ...failed('Order o_981 not found after 3 tries') }),
      one(1, { user_type: 'customer', action_type: 'pay', ...failed('Order o_7 not found after 12 tries') }),
      one(2, { user_type: 'customer', action_type: 'pay', ...failed('card declined') }),
      one(3, { user_type: 'customer', action_type: 'pay', user_id: 'who_0' }),
      one(4, { user_type: 'delivery', action_type: 'pick_up' }),
      one(5, { action_type: 'pick_up', service_name: 'dispatch', ...failed(null) }),
      one(6, { action_type: 'pick_up', ...failed('Order o_1 not found after 1 tries') }),
    ]);
    const answer = (await get(between(start, start + 10))).json();
    expect(answer.user_types).toEqual([
      { user_type: 'customer', actions: 4, failures: 3, success_rate: 0.25, unique_users: 3 },
      { user_type: 'unknown', actions: 2, failures: 2, success_rate: 0, unique_users: 2 },
      { user_type: 'delivery', actions: 1, failures: 0, success_rate: 1, unique_users: 1 },
    ]);
    expect(answer.top_actions).toEqual([
      { action_type: 'pay', actions: 4, failures: 3, success_rate: 0.25 },
      { action_type: 'pick_up', actions: 3, failures: 2, success_rate: 1 / 3 },
    ]);
    const place = { service_name: 'orderService', method_name: 'placeOrder' };
    expect(answer.top_errors).toMatchObject([
      { ...place, message: 'Order <id> not found after <n> tries', failures: 3 },
      { ...place, service_name: 'dispatch', message: '(no message)', failures: 1 },
      { ...place, message: 'card declined', failures: 1 },
    ]);
    // An action that shows it: the newest.
    const shown = await test.db.query(`SELECT error_message FROM action_logs WHERE id = $1`, [
      answer.top_errors[0].last_id,
    ]);
    expect(shown).toEqual([{ error_message: 'Order o_1 not found after 1 tries' }]);
  });

  it('are measured against the same length of time before', async () => {
    const start = THEN - 20 * HOUR;
    const calls = (from: number, many: number, execution_time: number, failures: number) =>
      Array.from({ length: many }, (_, index) => ({
        id: uuidV7({ msecs: from + index }),
        service_name: 'compared',
        user_id: `c_${index}`,
        execution_time,
        success: index >= failures,
      }));
    await store([...calls(start - 1_000, 4, 100, 1), ...calls(start, 6, 150, 3)]);
    const answer = (await get(between(start, start + 1_000))).json();
    expect(answer.previous).toEqual({
      from: iso(start - 1_000),
      to: iso(start),
      total_actions: 4,
      unique_users: 4,
      failures: 1,
      success_rate: 0.75,
      call_count: 4,
      avg_response_time: 100,
    });
    const half = expect.closeTo(0.5, 9);
    expect(answer.change).toEqual({
      total_actions: half,
      unique_users: half,
      failure_rate: 1,
      call_count: half,
    });
    expect(answer.service_metrics[0].change).toEqual({
      call_count: half,
      avg_response_time: half,
      failure_rate: 1,
    });
  });

  it('compare what a rolling window has so far by the hour, since it may be longer than what it is compared with', async () => {
    const answer = (await get('/analytics?timeframe=daily')).json();
    const hours = (Date.parse(answer.to) - Date.parse(answer.from)) / HOUR;
    const { total_actions } = answer.previous;
    if (total_actions === 0) expect(answer.change.total_actions).toBeNull();
    else
      expect(answer.change.total_actions).toBeCloseTo(
        answer.user_activity.total_actions / (hours / 24) / total_actions - 1,
        9,
      );
    expect(Date.parse(answer.previous.to) - Date.parse(answer.previous.from)).toBe(DAY);
  });

  it.each([
    ['hourly', HOUR, 60_000],
    ['daily', DAY, HOUR],
  ])('of the %s window count from its aligned start until now', async (timeframe, length, grain) => {
    const start = Math.floor((NOW - length) / grain) * grain;
    const service = `window-${timeframe}`;
    await storeCalls([start - 1, start, NOW].map((msecs) => ({ msecs, service_name: service })));
    const answer = (await get(`/analytics?timeframe=${timeframe}`)).json();
    expect(answer).toMatchObject({ timeframe, from: iso(start), to: iso(NOW + 1) });
    expect(answer.service_metrics).toContainEqual(
      expect.objectContaining({ service_name: service, call_count: 2 }),
    );
  });

  it.each([
    ['weekly', 7 * DAY],
    ['monthly', 30 * DAY],
  ])('of the %s window count from its aligned start until now', async (timeframe, length) => {
    const start = Math.floor((NOW - length) / HOUR) * HOUR;
    const service = `window-${timeframe}`;
    // No caller may send rows as old as these: they go the flush's own way.
    const flush = [start - 1, start, NOW].map((msecs) => metricRow({ msecs, service_name: service }));
    await insertRows(test.app.database.pools.writer, flush);
    const answer = (await get(`/analytics?timeframe=${timeframe}`)).json();
    expect(answer).toMatchObject({ timeframe, from: iso(start), to: iso(NOW + 1) });
    expect(answer.service_metrics).toContainEqual(
      expect.objectContaining({ service_name: service, call_count: 2 }),
    );
  });

  it.each(['', '/services', '/services/ahead'])(
    'at /analytics%s end after the newest row that they counted, if its clock is ahead',
    async (path) => {
      const length = 3 * HOUR;
      const now = Math.floor(NOW / HOUR) * HOUR - length + 60_000;
      void now;
      await storeCalls([{ msecs: AHEAD, service_name: 'ahead' }]);
      const answer = (await get(`/analytics${path}?timeframe=daily`)).json();
      const calls = (answer.service_metrics ?? answer.services ?? answer.methods) as { call_count: number }[];
      const [row] = await test.db.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM service_metrics WHERE timestamp >= $1 AND timestamp < $2
           AND ($3 OR service_name = 'ahead')`,
        [answer.from, answer.to, path !== '/services/ahead'],
      );
      expect(calls.reduce((sum, { call_count }) => sum + call_count, 0)).toBe(row?.count);
    },
  );

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
