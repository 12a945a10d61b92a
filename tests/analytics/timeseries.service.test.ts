import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRows } from '../../src/store/insert-rows.js';
import { foldDeltas } from '../../src/store/rollups/fold-deltas.js';
import { forgetMinutes } from '../../src/store/rollups/forget-minutes.js';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { actionRow, flushOf, metricRow } from '../store/rollups/random-rows.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Math.floor(Date.now() / MINUTE) * MINUTE + 30_000;
/** A whole UTC day, four days ago. */
const START = Math.floor(NOW / DAY) * DAY - 4 * DAY;

let test: TestApp;
let headers: Record<string, string>;
const iso = (unixMs: number) => new Date(unixMs).toISOString();
const ask = (query: Record<string, string>) =>
  test.app.inject({ url: '/analytics/timeseries', query, headers });
const between = (from: number, to: number) => ({ from: iso(from), to: iso(to) });
const valuesOf = async (query: Record<string, string>) => {
  const response = await ask(query);
  expect(response.statusCode, response.body).toBe(200);
  return response.json<{ points: { value: number | null }[] }>().points.map(({ value }) => value);
};

beforeAll(async () => {
  test = await buildTestApp({ clock: () => NOW, config: { QUEUE_OWN_CALLS: 0 } });
  headers = { authorization: `Bearer ${await test.adminToken()}`, 'cache-control': 'no-cache' };
  const rows = [
    actionRow({ msecs: START, user_id: 'a', user_type: 'customer', execution_time: 10 }),
    actionRow({
      msecs: START + 30_000,
      user_id: 'a',
      user_type: 'delivery',
      success: false,
      execution_time: 30,
    }),
    actionRow({ msecs: START + 2 * MINUTE, user_id: 'b', user_type: 'customer' }),
    metricRow({
      msecs: START + 2 * MINUTE,
      service_name: 'other',
      method_name: 'get',
      execution_time: 7,
      success: false,
    }),
    // 20:15 and 22:45 UTC: around midnight in Istanbul, and both tomorrow in Kolkata.
    actionRow({ msecs: START + 20.25 * HOUR, user_id: 'c' }),
    actionRow({ msecs: START + 22.75 * HOUR, user_id: 'c' }),
  ];
  await insertRows(test.app.database.pools.writer, flushOf(rows));
});
afterAll(() => test.close());

describe.each(['not folded', 'folded'])('a series of what is %s', (state) => {
  beforeAll(async () => {
    if (state === 'folded') expect(await foldDeltas(test.app.database.pools.reader)).toBeDefined();
  });

  it.each([
    ['actions', [2, 0, 1]],
    ['failures', [1, 0, 0]],
    ['success_rate', [0.5, null, 1]],
    ['unique_users', [1, 0, 1]],
    ['calls', [2, 0, 1]],
    ['call_failures', [1, 0, 1]],
    ['call_success_rate', [0.5, null, 0]],
    ['avg', [20, null, 7]],
    ['max', [30, null, 7]],
  ])('has %s by the minute, 0 or null where nothing was', async (metric, values) => {
    expect(await valuesOf({ ...between(START, START + 3 * MINUTE), metric })).toEqual(values);
  });

  it.each(['p50', 'p95', 'p99'])('has %s within 1 %%', async (metric) => {
    const [both, none, one] = await valuesOf({ ...between(START, START + 3 * MINUTE), metric });
    const exact = 10 + 20 * (Number(metric.slice(1)) / 100);
    expect(Math.abs((both ?? 0) - exact)).toBeLessThanOrEqual(0.01 * exact);
    expect([none, one]).toEqual([null, 7]);
  });

  it('may be of one user type, one service, one method', async () => {
    const span = between(START, START + 3 * MINUTE);
    expect(await valuesOf({ ...span, metric: 'actions', user_type: 'customer' })).toEqual([1, 0, 1]);
    expect(await valuesOf({ ...span, metric: 'unique_users', user_type: 'delivery' })).toEqual([1, 0, 0]);
    expect(await valuesOf({ ...span, metric: 'actions', user_type: 'unknown' })).toEqual([0, 0, 0]);
    expect(await valuesOf({ ...span, metric: 'calls', service: 'other' })).toEqual([0, 0, 1]);
    expect(await valuesOf({ ...span, metric: 'calls', service: 'other', method: 'get' })).toEqual([0, 0, 1]);
    expect(await valuesOf({ ...span, metric: 'calls', service: 'other', method: 'put' })).toEqual([0, 0, 0]);
    expect(await valuesOf({ ...span, metric: 'calls', service: 'nobody' })).toEqual([0, 0, 0]);
  });

  it('counts somebody once in a coarser point', async () => {
    const span = between(START, START + DAY);
    const hours = await valuesOf({ ...span, metric: 'unique_users', resolution: 'hour' });
    expect([hours[0], hours[20], hours[22]]).toEqual([2, 1, 1]);
    expect(await valuesOf({ ...span, metric: 'unique_users', resolution: 'day' })).toEqual([3]);
  });

  it('has days of the time zone', async () => {
    const days = (timezone: string) =>
      valuesOf({ ...between(START + 1, START + DAY), metric: 'actions', resolution: 'day', timezone });
    expect(await days('UTC')).toEqual([5]);
    expect(await days('Europe/Istanbul')).toEqual([4, 1]);
    expect(await days('Asia/Kolkata')).toEqual([3, 2]);
  });

  it('says what it counted: whole points', async () => {
    const answer = (await ask(between(START + 1_234, START + 90_001))).json();
    expect(answer).toMatchObject({
      timeframe: 'custom',
      ...between(START, START + 2 * MINUTE),
      timezone: 'UTC',
      metric: 'actions',
      resolution: 'minute',
      points: [
        { from: iso(START), value: 2 },
        { from: iso(START + MINUTE), value: 0 },
      ],
    });
  });
});

describe('a question for a series', () => {
  it.each([
    ['minutes of a week', { timeframe: 'weekly', resolution: 'minute' }, 'resolution'],
    ['hours of a month', { timeframe: 'monthly', resolution: 'hour' }, 'resolution'],
    ['actions of a service', { metric: 'actions', service: 's' }, 'service'],
    ['calls of a user type', { metric: 'calls', user_type: 'customer' }, 'user_type'],
    ['a method of no service', { metric: 'calls', method: 'm' }, 'method'],
    ['an unknown metric', { metric: 'p98' }, 'metric'],
    ['a bare date', { from: '2026-11-24', to: '2026-11-25T00:00Z' }, 'from'],
    ['no time zone', { timezone: 'Mars/Olympus' }, 'timezone'],
  ])('for %s is refused, and names what is wrong', async (_name, query, path) => {
    const response = await ask(query);
    expect([response.statusCode, response.json().type]).toEqual([422, '/problems/validation-failed']);
    const paths = response.json<{ errors: { path: string }[] }>().errors.map((error) => error.path);
    expect(paths).toContainEqual(expect.stringContaining(path));
  });

  it('for minutes that are not kept any more is refused, and answered by the hour where it names no resolution', async () => {
    await forgetMinutes(test.app.database.pools.reader, NOW + 4 * DAY);
    const span = between(START, START + 3 * MINUTE);
    const refused = await ask({ ...span, resolution: 'minute' });
    expect([refused.statusCode, refused.json().errors]).toMatchObject([422, [{ path: 'resolution' }]]);
    expect((await ask(span)).json()).toMatchObject({ resolution: 'hour', points: [{ value: 3 }] });
  });

  it('has 500 points at most, of any span', async () => {
    for (const [days, resolution] of [
      [1 / 24, 'minute'],
      [20, 'hour'],
      [400, 'day'],
    ] as const) {
      const answer = (await ask(between(NOW - days * DAY, NOW))).json();
      expect(answer.resolution).toBe(days < 1 ? 'minute' : resolution);
      expect(answer.points.length).toBeLessThanOrEqual(500);
    }
  });
});
