import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';

const THEN = Math.floor(Date.now() / 1_000) * 1_000 - 3 * 86_400_000;
const iso = (unixMs: number) => new Date(unixMs).toISOString();

interface Page {
  events: { id: string; [field: string]: unknown }[];
  next_cursor: string | null;
}

let test: TestApp;
let admin: { authorization: string };
let key: { 'x-api-key': string };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const get = (query: string, headers: Record<string, string> = admin) =>
  test.app.inject({ url: `/api/events?${query}`, headers });
const list = async (query: string, headers?: Record<string, string>) =>
  (await get(query, headers)).json<Page>();
const ids = ({ events }: Page) => events.map(({ id }) => id);

/** Stores events a second apart from {@link THEN} on; returns their ids, oldest first. */
async function store(events: Record<string, unknown>[], headers: Record<string, string> = key) {
  const made = events.map((event, index) => ({
    id: uuidV7({ msecs: THEN + index * 1_000 }),
    event_type: 'note_taken',
    entity_type: 'note',
    entity_id: 'n_1',
    event_data: {},
    ...event,
  }));
  const response = await test.app.inject({
    method: 'POST',
    url: '/api/events/batch',
    headers,
    payload: { events: made },
  });
  expect(response.json()).toMatchObject({ stored: events.length });
  return made.map(({ id }) => id);
}

beforeAll(async () => {
  test = await buildTestApp();
  admin = bearer(await test.adminToken());
  key = { 'x-api-key': await test.apiKey(['ingest']) };
});
afterAll(() => test.close());

describe('the list of events', () => {
  it('gives each event whole, with the order that it is about', async () => {
    const event_data = { order_id: 'o_whole', amount: 12.5, currency: 'TRY', note: 'ğ' };
    const event = { event_type: 'payment_captured', entity_type: 'payment', entity_id: 'p_1', event_data };
    const [id] = await store([event]);
    expect((await list('entity_id=p_1')).events).toEqual([
      {
        ...event,
        id,
        order_id: 'o_whole',
        triggered_by: 'anonymous',
        timestamp: iso(THEN),
        received_at: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
        ip_address: '127.0.0.1',
        identity: 'service',
      },
    ]);
  });

  it('filters by each field, by all together, and by time', async () => {
    const [first, second, third] = await store([
      { entity_type: 'f', entity_id: 'f_1' },
      { entity_type: 'f', entity_id: 'f_1', event_type: 'note_read', triggered_by: 'u_f' },
      { entity_type: 'f', entity_id: 'f_2', event_data: { order_id: 'o_f' } },
    ]);
    const expected: [string, (string | undefined)[]][] = [
      ['', [third, second, first]],
      ['&entity_id=f_1', [second, first]],
      ['&event_type=note_read', [second]],
      ['&triggered_by=u_f&entity_id=f_1', [second]],
      ['&order_id=o_f', [third]],
      ['&order_id=o_none', []],
      [`&from=${iso(THEN + 1_000)}`, [third, second]],
      [`&to=${iso(THEN + 1_000)}`, [first]],
    ];
    for (const [query, wanted] of expected) {
      expect([query, ids(await list(`entity_type=f${query}`))]).toEqual([query, wanted]);
    }
  });

  it('goes from page to page, newest first, and leaves nothing out', async () => {
    const stored = await store(Array.from({ length: 5 }, () => ({ entity_id: 'n_pages' })));
    const first = await list('entity_id=n_pages&limit=3');
    const second = await list(`entity_id=n_pages&limit=3&cursor=${first.next_cursor}`);
    expect([...ids(first), ...ids(second)]).toEqual([...stored].reverse());
    expect(second.next_cursor).toBeNull();
  });

  it.each(['limit=0', 'cursor=abc', 'event_type=a%00b', 'from=today'])('refuses %s', async (query) => {
    expect((await get(query)).statusCode).toBe(422);
  });
});

describe('who sees which events', () => {
  it('admins and services that may read see all, a person those that they triggered', async () => {
    const { token, user_id } = await test.tokenFor('customer');
    const what = { entity_type: 'who' };
    const [own] = await store([what], bearer(token));
    const [others] = await store([{ ...what, triggered_by: 'u_else' }]);
    const all = [own, others].sort();
    const reader = { 'x-api-key': await test.apiKey(['read']) };
    expect(ids(await list('entity_type=who')).sort()).toEqual(all);
    expect(ids(await list('entity_type=who', reader)).sort()).toEqual(all);
    expect(ids(await list('entity_type=who', bearer(token)))).toEqual([own]);
    expect(ids(await list(`triggered_by=${user_id}`, bearer(token)))).toEqual([own]);
    expect((await get('triggered_by=u_else', bearer(token))).statusCode).toBe(403);
    expect((await get('', key)).statusCode).toBe(403);
    expect((await get('', {})).statusCode).toBe(401);
  });
});
