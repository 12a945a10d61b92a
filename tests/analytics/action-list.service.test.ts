import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoredAction } from '../../src/contract/action.js';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { firstClientBody } from '../helpers/first-client.js';

const DAY = 86_400_000;
/** Two days ago, away from the log of our own calls. */
const THEN = Math.floor(Date.now() / 1_000) * 1_000 - 2 * DAY;
const iso = (unixMs: number) => new Date(unixMs).toISOString();

interface Page {
  actions: StoredAction[];
  next_cursor: string | null;
}

let test: TestApp;
let admin: { authorization: string };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const get = (query: string, headers: Record<string, string> = admin) =>
  test.app.inject({ url: `/api/actions?${query}`, headers });
const list = async (query: string, headers?: Record<string, string>) =>
  (await get(query, headers)).json<Page>();
const ids = ({ actions }: Page) => actions.map(({ id }) => id);

/** Stores actions a second apart from {@link THEN} on; returns their ids, oldest first. */
async function store(actions: Record<string, unknown>[], headers: Record<string, string>): Promise<string[]> {
  const made = actions.map((action, index) =>
    firstClientBody({ id: uuidV7({ msecs: THEN + index * 1_000 }), ...action }),
  );
  const payload = { actions: made };
  const response = await test.app.inject({ method: 'POST', url: '/api/log-actions', headers, payload });
  expect(response.json()).toMatchObject({ stored: actions.length });
  return made.map(({ id }) => String(id));
}

beforeAll(async () => {
  test = await buildTestApp();
  admin = bearer(await test.adminToken());
});
afterAll(() => test.close());

describe('the list of actions', () => {
  it('gives each action whole, as it was stored', async () => {
    const parameters = { text: 'ğ', list: [1, null, true], deep: { a: [{}] } };
    const [id = ''] = await store(
      [
        {
          user_id: 'u_whole',
          user_type: 'customer',
          action_type: 'order',
          parameters,
          response_data: 'a text',
          success: false,
          error_message: 'no courier',
          execution_time: 12.5,
          platform: 'ios',
          app_version: '1.2.3',
          trace_id: 't_1',
        },
      ],
      { 'x-api-key': await test.apiKey(['ingest']) },
    );
    expect((await list('user_id=u_whole')).actions).toEqual([
      {
        id,
        user_id: 'u_whole',
        user_type: 'customer',
        action_type: 'order',
        service_name: 'orderService',
        method_name: 'placeOrder',
        parameters,
        response_data: 'a text',
        session_id: 's_9',
        success: false,
        error_message: 'no courier',
        execution_time: 12.5,
        platform: 'ios',
        app_version: '1.2.3',
        trace_id: 't_1',
        timestamp: iso(THEN),
        received_at: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
        ip_address: '127.0.0.1',
        identity: 'service',
      },
    ]);
  });

  it('gives JSON of every kind as it was', async () => {
    const values = [null, 0, false, '', 'text', [], {}, [null], -1.5];
    await store(
      values.map((parameters) => ({ parameters, user_id: 'u_json' })),
      {},
    );
    const { actions } = await list('user_id=u_json');
    expect(actions.map(({ parameters }) => parameters)).toEqual([...values].reverse());
  });

  it('goes from page to page, newest first, and leaves nothing out', async () => {
    const stored = await store(
      Array.from({ length: 7 }, () => ({ user_id: 'u_pages' })),
      {},
    );
    const seen: string[] = [];
    let cursor: string | null = '';
    const sizes = [];
    while (cursor !== null) {
      const page: Page = await list(`user_id=u_pages&limit=3${cursor && `&cursor=${cursor}`}`);
      sizes.push(page.actions.length);
      seen.push(...ids(page));
      cursor = page.next_cursor;
    }
    expect(sizes).toEqual([3, 3, 1]);
    expect(seen).toEqual([...stored].reverse());
  });

  it('that ends with a full page says so', async () => {
    await store([{ user_id: 'u_even' }, { user_id: 'u_even' }], {});
    expect((await list('user_id=u_even&limit=2')).next_cursor).toBeNull();
  });

  it('filters by each field, by all together, and by time', async () => {
    const [first, second, third, fourth] = await store(
      [
        { session_id: 's_f', service_name: 'A' },
        { session_id: 's_f', service_name: 'A', method_name: 'pay', user_type: 'customer' },
        { session_id: 's_f', service_name: 'B', action_type: 'tap', success: false },
        { session_id: 's_f', service_name: 'B', user_id: 'u_f' },
      ],
      {},
    );
    const expected: [string, (string | undefined)[]][] = [
      ['', [fourth, third, second, first]],
      ['&service_name=A', [second, first]],
      ['&method_name=pay', [second]],
      ['&user_type=customer', [second]],
      ['&action_type=tap', [third]],
      ['&user_id=u_f', [fourth]],
      ['&success=false', [third]],
      ['&success=true&service_name=B', [fourth]],
      ['&service_name=a', []],
      [`&from=${iso(THEN + 1_000)}`, [fourth, third, second]],
      [`&to=${iso(THEN + 1_000)}`, [first]],
      [`&from=${iso(THEN + 1_000)}&to=${iso(THEN + 3_000)}`, [third, second]],
      [`&from=${iso(THEN + 3_000)}&to=${iso(THEN)}`, []],
    ];
    for (const [query, wanted] of expected) {
      expect([query, ids(await list(`session_id=s_f${query}`))]).toEqual([query, wanted]);
    }
  });

  it.each([
    'limit=0',
    'limit=501',
    'limit=x',
    'cursor=abc',
    'success=maybe',
    'user_type=courier',
    'from=today',
    'user_id=a%00b',
    'service_name=%00',
  ])('refuses %s', async (query) => {
    const response = await get(query);
    expect([response.statusCode, response.json().type]).toEqual([422, '/problems/validation-failed']);
  });

  it('takes a filter as a value, never as SQL', async () => {
    const attempt = encodeURIComponent("x' OR '1'='1");
    expect(await list(`service_name=${attempt}&user_id=${attempt}`)).toEqual({
      actions: [],
      next_cursor: null,
    });
  });
});

describe('who sees which actions', () => {
  it('admins and services that may read see all, a person their own, others none', async () => {
    const { token, user_id } = await test.tokenFor('customer');
    const [own] = await store([{ session_id: 's_who' }], bearer(token));
    const [others] = await store([{ session_id: 's_who', user_id: 'u_else' }], {});
    const all = [own, others].sort().reverse();
    const reader = { 'x-api-key': await test.apiKey(['read']) };
    expect(
      ids(await list('session_id=s_who'))
        .sort()
        .reverse(),
    ).toEqual(all);
    expect(
      ids(await list('session_id=s_who', reader))
        .sort()
        .reverse(),
    ).toEqual(all);
    expect(ids(await list('session_id=s_who', bearer(token)))).toEqual([own]);
    expect(ids(await list(`session_id=s_who&user_id=${user_id}`, bearer(token)))).toEqual([own]);
    expect((await get('user_id=u_else', bearer(token))).statusCode).toBe(403);
    expect((await get('user_id=', bearer(token))).statusCode).toBe(403);
    expect((await get('', { 'x-api-key': await test.apiKey(['ingest']) })).statusCode).toBe(403);
    expect((await get('', {})).statusCode).toBe(401);
  });
});
