import { brotliCompressSync, gzipSync } from 'node:zlib';
import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { firstClientBody } from '../helpers/first-client.js';

let test: TestApp;
beforeAll(async () => {
  test = await buildTestApp();
});
afterAll(() => test.close());

const post = (url: string, payload: object | Buffer, headers: Record<string, string> = {}) =>
  test.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    payload,
  });
const countOf = async (session: string) => {
  const [row] = await test.db.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM action_logs WHERE session_id = $1',
    [session],
  );
  return row?.n;
};

describe('a batch', () => {
  it('sent ten times at once is stored once', async () => {
    const actions = Array.from({ length: 100 }, () =>
      firstClientBody({ id: uuidV7(), session_id: 'ten-times', execution_time: 3 }),
    );
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => post('/api/log-actions', { actions })),
    );
    const receipts = answers.map((answer) => answer.json());
    expect(answers.map((answer) => answer.statusCode)).toEqual(Array(10).fill(200));
    expect(receipts.reduce((sum, receipt) => sum + receipt.stored, 0)).toBe(100);
    expect(receipts.reduce((sum, receipt) => sum + receipt.duplicate, 0)).toBe(900);
    expect(await countOf('ten-times')).toBe(100);
    const ids = actions.map((action) => action.id);
    const [metrics] = await test.db.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM service_metrics WHERE id = ANY ($1)',
      [ids],
    );
    expect(metrics?.n).toBe(100);
  });

  it('with one bad action stores the other 99 and says which and why', async () => {
    const actions = Array.from({ length: 100 }, () => firstClientBody({ session_id: 'one-bad' }));
    actions[41] = { ...actions[41], success: 'perhaps' };
    const receipt = (await post('/api/log-actions', { actions })).json();
    expect(receipt).toMatchObject({ stored: 99, duplicate: 0, rejected: 1 });
    expect(receipt.results[41]).toMatchObject({
      index: 41,
      status: 'rejected',
      error: { type: '/problems/validation-failed', errors: [{ path: 'success' }] },
    });
    expect(receipt.results.map((result: { index: number }) => result.index)).toEqual(
      actions.map((_, index) => index),
    );
    expect(await countOf('one-bad')).toBe(99);
  });

  it('that holds an id twice stores it once', async () => {
    const id = uuidV7();
    const receipt = (
      await post('/api/log-actions', { actions: [firstClientBody({ id }), firstClientBody({ id })] })
    ).json();
    expect(receipt.results.map((result: { status: string }) => result.status)).toEqual([
      'stored',
      'duplicate',
    ]);
  });

  it('may have 500 actions and no more, and must have one', async () => {
    const actions = Array.from({ length: 500 }, () =>
      firstClientBody({ parameters: null, response_data: null }),
    );
    expect((await post('/api/log-actions', { actions })).json()).toMatchObject({ stored: 500 });
    expect((await post('/api/log-actions', { actions: [...actions, firstClientBody()] })).statusCode).toBe(
      422,
    );
    expect((await post('/api/log-actions', { actions: [] })).statusCode).toBe(422);
    expect((await post('/api/log-actions', { items: [] })).json().errors).toEqual([
      { path: 'actions', message: 'must be a list' },
    ]);
  });

  it('of the largest body is stored', async () => {
    const actions = Array.from({ length: 31 }, () =>
      firstClientBody({ session_id: 'large', parameters: 'x'.repeat(32_000) }),
    );
    const spare = 1_048_576 - Buffer.byteLength(JSON.stringify({ actions, sent_at: '' }));
    const response = await post('/api/log-actions', { actions, sent_at: 'x'.repeat(spare) });
    expect([response.statusCode, response.json().stored]).toEqual([200, 31]);
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('in %s is read', async (encoding, compress) => {
    const body = compress(JSON.stringify({ actions: [firstClientBody()] }));
    const response = await post('/api/log-actions', body, { 'content-encoding': encoding });
    expect(response.json()).toMatchObject({ stored: 1 });
  });

  it('that inflates beyond the limit is refused, as is an unknown or broken encoding', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1_048_576, ' '));
    expect((await post('/api/log-actions', bomb, { 'content-encoding': 'gzip' })).statusCode).toBe(413);
    expect((await post('/api/log-actions', bomb, { 'content-encoding': 'zstd' })).statusCode).toBe(415);
    const broken = await post('/api/log-actions', Buffer.from('no gzip'), { 'content-encoding': 'gzip' });
    expect([broken.statusCode, broken.json().type]).toEqual([400, '/problems/malformed-request']);
  });
});

describe('events and metrics', () => {
  it('are stored the same way, by somebody who is known', async () => {
    const headers = { 'x-api-key': await test.apiKey(['ingest']) };
    const event = {
      id: uuidV7(),
      event_type: 'order_placed',
      entity_type: 'order',
      entity_id: 'o_1',
      event_data: { customer_id: 'u_17', amount: 249.9, card_number: '4111111111111111' },
      triggered_by: 'orderService',
    };
    expect((await post('/api/events', event, headers)).statusCode).toBe(201);
    expect((await post('/api/events', event, headers)).statusCode).toBe(200);
    const [row] = await test.db.query('SELECT * FROM business_events WHERE id = $1', [event.id]);
    expect(row).toMatchObject({
      event_type: 'order_placed',
      event_data: { amount: 249.9, card_number: '[redacted]' },
      triggered_by: 'orderService',
      identity: 'service',
    });
    const unknown = {
      event_type: 'kitchen_on_fire',
      entity_type: 'restaurant',
      entity_id: 'r_5',
      event_data: [1],
    };
    const wrong = { ...event, id: uuidV7(), event_data: { amount: -1 } };
    const batch = await post('/api/events/batch', { events: [unknown, wrong] }, headers);
    expect(batch.json()).toMatchObject({ stored: 1, rejected: 1 });
    expect(batch.json().results[1].error.errors).toMatchObject([{ path: 'event_data.amount' }]);

    const metric = {
      id: uuidV7(),
      service_name: 'paymentService',
      method_name: 'charge',
      execution_time: 12.5,
      success: true,
    };
    const metrics = await post(
      '/api/service-metrics',
      { metrics: [metric, { ...metric, id: uuidV7(), execution_time: -1 }] },
      headers,
    );
    expect(metrics.json()).toMatchObject({ stored: 1, rejected: 1 });
    expect(
      await test.db.query('SELECT execution_time FROM service_metrics WHERE id = $1', [metric.id]),
    ).toEqual([{ execution_time: 12.5 }]);
  });

  it('are not taken from nobody', async () => {
    const event = { event_type: 'x', entity_type: 'order', entity_id: 'o_1', event_data: {} };
    expect((await post('/api/events', event)).statusCode).toBe(401);
    expect((await post('/api/service-metrics', { metrics: [] })).statusCode).toBe(401);
  });
});
