import type { IncomingMessage } from 'node:http';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPORT_PAGE } from '../../src/analytics/lists/export-rows.js';
import { lowestUuidAt } from '../../src/store/uuid-v7.js';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { firstClientBody } from '../helpers/first-client.js';
import { rebuildRollups } from '../helpers/insert-actions.js';

const DAY = 86_400_000;
const ROWS = 20_000;
const TODAY = Math.floor(Date.now() / DAY) * DAY;
/** Four days that have partitions, and none of the log of our own calls. */
const FROM = TODAY - 5 * DAY;
const TO = TODAY - DAY;
const span = `from=${new Date(FROM).toISOString()}&to=${new Date(TO).toISOString()}`;
const csv = { accept: 'text/csv' };
const ndjson = { accept: 'application/x-ndjson' };

let test: TestApp;
let admin: { authorization: string };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const ask = (query: string, headers: Record<string, string>, path = '/api/actions') =>
  test.app.inject({ url: `${path}?${query}`, headers: { ...admin, ...headers } });
const lines = (body: string) => body.split('\n').filter((line) => line !== '');
const stored = async (where = 'true') => {
  const rows = await test.db.query<{ id: string }>(
    `SELECT id FROM action_logs WHERE id >= $1 AND id < $2 AND ${where} ORDER BY id DESC`,
    [lowestUuidAt(FROM), lowestUuidAt(TO)],
  );
  return rows.map(({ id }) => id);
};

beforeAll(async () => {
  test = await buildTestApp();
  admin = bearer(await test.adminToken());
  // 2 kB a row: 40 MB in all do not fit into a socket's buffers.
  await test.db.query(
    `INSERT INTO action_logs (id, user_id, action_type, service_name, method_name, parameters, success, timestamp,
       received_at, identity)
     SELECT (lpad(to_hex(ms), 12, '0') || '7000a' || lpad(to_hex(i), 15, '0'))::uuid, 'u_' || i % 10, 'm', 's', 'm',
       to_json(repeat(md5(i::text), 60)), i % 50 <> 0, to_timestamp(ms / 1000.0), now(), 'service'
     FROM (SELECT i, $1::bigint + i * ($2::bigint / $3::int) AS ms FROM generate_series(0, $3::int - 1) AS i) AS row`,
    [FROM, TO - FROM, ROWS],
  );
  await rebuildRollups(
    test.db,
    [0, 1, 2, 3].map((day) => FROM + day * DAY),
  );
});
afterAll(() => test.close());

describe('an export', () => {
  it('as NDJSON has every row that matches, each as the list has it', async () => {
    const response = await ask(span, ndjson);
    const exported = lines(response.body).map((line) => JSON.parse(line));
    expect(exported.map(({ id }) => id)).toEqual(await stored());
    expect(exported).toHaveLength(ROWS);
    const page = (await ask(`${span}&limit=500`, {})).json();
    expect(exported.slice(0, 500)).toEqual(page.actions);
    expect(response.headers).toMatchObject({
      'content-type': 'application/x-ndjson; charset=utf-8',
      'content-disposition': expect.stringMatching(/^attachment; filename="actions-[\dT-]+Z\.ndjson"$/),
      'cache-control': 'no-store',
    });
    expect(response.headers.vary).toContain('Accept');
    expect(response.headers.etag).toBeUndefined();
  });

  it('as CSV has a header and every row that matches', async () => {
    const { body, headers } = await ask(`${span}&success=false`, csv);
    const [header, ...records] = body.split('\r\n').slice(0, -1);
    expect(header).toMatch(/^id,user_id,user_type,.*,ip_address,identity$/);
    expect(records.map((record) => record.slice(0, 36))).toEqual(await stored('NOT success'));
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
  });

  it('has as many rows as were asked for, where that was said', async () => {
    const { body } = await ask(`${span}&limit=300`, ndjson);
    expect(lines(body).map((line) => JSON.parse(line).id)).toEqual((await stored()).slice(0, 300));
  });

  it('of nothing is a header, or nothing', async () => {
    const nothing = `${span}&service_name=none`;
    expect(lines((await ask(nothing, csv)).body)).toHaveLength(1);
    expect([(await ask(nothing, ndjson)).statusCode, (await ask(nothing, ndjson)).body]).toEqual([200, '']);
  });

  it('is one row a record, whatever is in it, and no formula', async () => {
    const error_message = 'one\r\n"two", three';
    const action = firstClientBody({ user_id: '=1+1', session_id: 's_csv', error_message });
    await test.app.inject({ method: 'POST', url: '/api/log-action', payload: action });
    const { body } = await ask('session_id=s_csv', csv);
    expect(body).toContain(`,'=1+1,`);
    expect(body).toContain(`"one\r\n""two"", three"`);
  });

  it('shows a person their own only', async () => {
    const { token } = await test.tokenFor('customer');
    const sent = { method: 'POST', url: '/api/log-action', payload: firstClientBody() } as const;
    await test.app.inject({ ...sent, headers: bearer(token) });
    const own = await ask('', { ...bearer(token), ...ndjson });
    expect(lines(own.body)).not.toEqual([]);
    const users = new Set(lines(own.body).map((line) => JSON.parse(line).user_id));
    expect(users.size).toBe(1);
    expect((await ask('user_id=u_1', { ...bearer(token), ...csv })).statusCode).toBe(403);
  });

  it('that is not valid is refused as any question is', async () => {
    const response = await ask('from=today', csv);
    expect([response.statusCode, response.json().type]).toEqual([422, '/problems/validation-failed']);
  });

  it('of events has their fields', async () => {
    const event = {
      event_type: 'note_taken',
      entity_type: 'note',
      entity_id: 'n_export',
      event_data: { a: 1 },
    };
    await test.app.inject({ method: 'POST', url: '/api/events', headers: admin, payload: event });
    const { body } = await ask('entity_id=n_export', csv, '/api/events');
    expect(lines(body)[0]).toContain('event_type,entity_type,entity_id,order_id,event_data');
    expect(lines(body)[1]).toContain('note_taken,note,n_export,,"{""a"": 1}"');
  });
});

describe('what an export reads', () => {
  /** Connections that were taken from the readers' pool: one a page. */
  let taken = 0;
  beforeAll(async () => {
    await test.app.listen({ port: 0, host: '127.0.0.1' });
    test.app.database.pools.reader.on('acquire', () => {
      taken += 1;
    });
  });
  const pages = ROWS / EXPORT_PAGE;
  const settled = async () => {
    for (let before = -1; before !== taken; await sleep(200)) before = taken;
    return taken;
  };

  it('is nothing for a HEAD', async () => {
    const head = await test.app.inject({
      method: 'HEAD',
      url: `/api/actions?${span}`,
      headers: { ...admin, ...csv },
    });
    expect([head.statusCode, head.body, head.headers['content-type']]).toEqual([
      200,
      '',
      'text/csv; charset=utf-8',
    ]);
  });

  it('waits for a client that does not, and stops when it goes away', async () => {
    const { port } = test.app.server.address() as AddressInfo;
    taken = 0;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = {
        port,
        host: '127.0.0.1',
        path: `/api/actions?${span}`,
        headers: { ...admin, ...ndjson },
      };
      get(options, resolve).on('error', reject);
    });
    // Nobody takes the rest.
    await new Promise((resolve) => response.once('data', resolve));
    response.pause();
    const waiting = await settled();
    expect(waiting).toBeLessThan(pages * 0.9);
    response.on('error', () => undefined);
    response.destroy();
    expect(await settled()).toBeLessThan(pages);
    expect(test.app.database.pools.reader.idleCount).toBe(test.app.database.pools.reader.totalCount);
  });
});
