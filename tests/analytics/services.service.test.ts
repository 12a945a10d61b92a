import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRows } from '../../src/store/insert-rows.js';
import { foldDeltas } from '../../src/store/rollups/fold-deltas.js';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { actionRow, flushOf, metricRow } from '../store/rollups/random-rows.js';

const HOUR = 3_600_000;
const NOW = Math.floor(Date.now() / 60_000) * 60_000 + 30_000;
const THEN = Math.floor(NOW / HOUR) * HOUR - 50 * HOUR;

let test: TestApp;
let headers: Record<string, string>;
const iso = (unixMs: number) => new Date(unixMs).toISOString();
const span = { from: iso(THEN), to: iso(THEN + HOUR) };
const ask = (path: string, query: Record<string, string> = span) =>
  test.app.inject({ url: `/analytics/services${path}`, query, headers });

beforeAll(async () => {
  test = await buildTestApp({ clock: () => NOW, config: { QUEUE_OWN_CALLS: 0 } });
  headers = { authorization: `Bearer ${await test.adminToken()}`, 'cache-control': 'no-cache' };
  const pay = { service_name: 'pay/ment', method_name: 'charge' };
  const menu = { service_name: 'menu', method_name: 'list' };
  const rows = [
    metricRow({ msecs: THEN - HOUR, ...menu, execution_time: 40 }),
    metricRow({ msecs: THEN - 1, ...menu, execution_time: 60, success: false }),
    ...[10, 20, 30].map((execution_time) =>
      metricRow({ msecs: THEN + execution_time, ...menu, execution_time }),
    ),
    actionRow({ msecs: THEN + 1, ...pay, execution_time: 100 }),
    actionRow({
      msecs: THEN + 2,
      ...pay,
      success: false,
      error_message: 'card 4711 declined',
      execution_time: 200,
    }),
    actionRow({ msecs: THEN + 3, ...pay, success: false, error_message: 'card 12 declined' }),
    metricRow({ msecs: THEN + 4, ...pay, method_name: 'refund', execution_time: 0 }),
    actionRow({ msecs: THEN + 5, ...menu, success: false, error_message: 'no menu' }),
  ];
  await insertRows(test.app.database.pools.writer, flushOf(rows));
});
afterAll(() => test.close());

describe.each(['not folded', 'folded'])('services of what is %s', (state) => {
  beforeAll(async () => {
    if (state === 'folded') expect(await foldDeltas(test.app.database.pools.reader)).toBeDefined();
  });

  it('are listed busiest first, by name where equal, each against the time before', async () => {
    const answer = (await ask('')).json();
    expect(answer).toMatchObject({ timeframe: 'custom', ...span, timezone: 'UTC' });
    expect(answer.services).toMatchObject([
      {
        service_name: 'menu',
        call_count: 3,
        failures: 0,
        success_rate: 1,
        avg_response_time: 20,
        min: 10,
        max: 30,
        change: { call_count: 0.5, avg_response_time: expect.closeTo(-0.6, 9), failure_rate: -1 },
      },
      {
        service_name: 'pay/ment',
        call_count: 3,
        failures: 1,
        avg_response_time: 100,
        min: 0,
        max: 200,
        change: { call_count: null, avg_response_time: null, failure_rate: null },
      },
    ]);
  });

  it('have methods, a total of them, and errors of their own', async () => {
    const answer = (await ask('/pay%2Fment')).json();
    expect(answer).toMatchObject({
      ...span,
      service_name: 'pay/ment',
      total: { call_count: 3, failures: 1, min: 0, max: 200, avg_response_time: 100 },
      methods: [
        {
          method_name: 'charge',
          call_count: 2,
          failures: 1,
          success_rate: 0.5,
          min: 100,
          max: 200,
          p99: expect.closeTo(199, 0),
        },
        { method_name: 'refund', call_count: 1, failures: 0, min: 0, max: 0, p50: 0, p99: 0 },
      ],
      errors: [
        { service_name: 'pay/ment', method_name: 'charge', message: 'card <n> declined', failures: 2 },
      ],
    });
    expect(answer.errors).toHaveLength(1);
  });

  it('that were not called have no figures, which is an answer too', async () => {
    expect((await ask('/nobody')).json()).toMatchObject({
      service_name: 'nobody',
      total: null,
      methods: [],
      errors: [],
    });
    const before = { from: iso(THEN - 9 * HOUR), to: iso(THEN - 8 * HOUR) };
    expect((await ask('', before)).json().services).toEqual([]);
  });
});

describe('a question about services', () => {
  it('is answered at both addresses, for admins and services that may read', async () => {
    const { token } = await test.tokenFor('restaurant');
    for (const url of ['/analytics/services', '/api/analytics/services/', '/api/analytics/services/menu']) {
      const statuses = [];
      for (const who of [
        {},
        { authorization: `Bearer ${token}` },
        { 'x-api-key': await test.apiKey(['ingest']) },
        { 'x-api-key': await test.apiKey(['read']) },
      ]) {
        statuses.push((await test.app.inject({ url, headers: who })).statusCode);
      }
      expect(statuses).toEqual([401, 403, 403, 200]);
    }
  });

  it.each([
    ['', { from: span.from }],
    ['/menu', { timeframe: 'yearly' }],
    ['/a%00b', {}],
    [`/${'x'.repeat(101)}`, {}],
  ])('such as %s %j is refused', async (path, query) => {
    const response = await ask(path, query as Record<string, string>);
    expect([response.statusCode, response.json().status]).toEqual([422, 422]);
  });
});
