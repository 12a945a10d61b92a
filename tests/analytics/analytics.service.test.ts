import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRows } from '../../src/store/insert-rows.js';
import { foldDeltas } from '../../src/store/rollups/fold-deltas.js';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { firstClientBody } from '../helpers/first-client.js';
import { metricRow } from '../store/rollups/random-rows.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The app's clock stands still, so that the ends of every window are known; in the middle of a minute, so that some of it is ahead. */
const NOW = Math.floor(Date.now() / 60_000) * 60_000 + 30_000;
const THEN = NOW - 3 * DAY;

let test: TestApp;
let admin: { authorization: string };
let ingestKey: string;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
/** Afresh: an answer may be a second old otherwise. */
const get = (url: string, headers: Record<string, string> = admin) =>
  test.app.inject({ url, headers: { 'cache-control': 'no-cache', ...headers } });
const iso = (unixMs: number) => new Date(unixMs).toISOString();
const between = (from: number, to: number) => `/analytics?from=${iso(from)}&to=${iso(to)}`;

async function store(actions: Record<string, unknown>[]): Promise<void> {
  const payload = { actions: actions.map((action) => firstClientBody(action)) };
  const response = await test.app.inject({ method: 'POST', url: '/api/log-actions', payload });
  expect(response.json()).toMatchObject({ stored: actions.length });
}

async function storeCalls(service_name: string, times: number[]): Promise<void> {
  const call = { service_name, method_name: 'm', execution_time: 1, success: true };
  const metrics = times.map((msecs) => ({ ...call, id: uuidV7({ msecs }) }));
  const headers = { 'x-api-key': ingestKey };
  const response = await test.app.inject({
    method: 'POST',
    url: '/api/service-metrics',
    headers,
    payload: { metrics },
  });
  expect(response.json()).toMatchObject({ stored: times.length });
}

beforeAll(async () => {
  // Without own calls: what is stored is what the tests send.
  test = await buildTestApp({ clock: () => NOW, config: { QUEUE_OWN_CALLS: 0 } });
  ingestKey = await test.apiKey(['ingest']);
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

  it('compare what a rolling window has by the hour, since it is longer than what it is compared with', async () => {
    const at = (msecs: number, many: number) =>
      Array.from({ length: many }, (_, index) => ({ id: uuidV7({ msecs: msecs + index }) }));
    await store([...at(NOW - 30 * HOUR, 4), ...at(NOW - 2 * HOUR, 6)]);
    const answer = (await get('/analytics?timeframe=daily')).json();
    const days = (Date.parse(answer.to) - Date.parse(answer.from)) / DAY;
    expect(Date.parse(answer.previous.to) - Date.parse(answer.previous.from)).toBe(DAY);
    expect(answer.previous.total_actions).toBeGreaterThanOrEqual(4);
    expect(answer.change.total_actions).toBeCloseTo(
      answer.user_activity.total_actions / days / answer.previous.total_actions - 1,
      9,
    );
  });

  it.each([
    ['hourly', HOUR, 60_000],
    ['daily', DAY, HOUR],
  ])('of the %s window count from its aligned start until now', async (timeframe, length, grain) => {
    const start = Math.floor((NOW - length) / grain) * grain;
    const service = `window-${timeframe}`;
    await storeCalls(service, [start - 1, start, NOW]);
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
      await storeCalls('ahead', [NOW + 5_000]);
      for (const folded of [false, true]) {
        if (folded) await foldDeltas(test.app.database.pools.reader);
        const answer = (await get(`/analytics${path}?timeframe=hourly`)).json();
        expect(answer.to).toBe(iso(NOW + 5_001));
      }
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
      based_on: { actions: 130, from: iso(times[0] ?? 0), to: iso(times[129] ?? 0) },
      sessions: { count: 1, median_length: 129_000 },
      median_gap: 1_000,
      top_actions: [{ name: 'placeOrder', count: 130 }],
    });
  });

  it('have hours of the time zone that is asked for, and refuse one that is none', async () => {
    const msecs =
      Date.UTC(2026, 0, 1) + Math.floor((NOW - DAY - Date.UTC(2026, 0, 1)) / DAY) * DAY + 22.5 * HOUR;
    await store([{ id: uuidV7({ msecs }), user_id: 'u_zone' }]);
    const hourOf = async (timezone: string) => {
      const { behavior_patterns } = (await get(`/analytics/users/u_zone?timezone=${timezone}`)).json();
      expect(behavior_patterns.timezone).toBe(timezone);
      return behavior_patterns.activity_by_hour.indexOf(1);
    };
    expect([await hourOf('UTC'), await hourOf('Europe/Istanbul'), await hourOf('Asia/Kolkata')]).toEqual([
      22, 1, 4,
    ]);
    const refused = await get('/analytics/users/u_zone?timezone=Mars/Olympus');
    expect([refused.statusCode, refused.json().errors]).toEqual([
      422,
      [expect.objectContaining({ path: expect.stringContaining('timezone') })],
    ]);
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
    expect((await get(`/analytics/users/${'x'.repeat(256)}`)).statusCode).toBe(422);
    for (const longest of ['x'.repeat(255), 'ş'.repeat(255), '€'.repeat(255)]) {
      const response = await get(`/analytics/users/${encodeURIComponent(longest)}`);
      expect([response.statusCode, response.json().user_id]).toEqual([200, longest]);
    }
  });
});
