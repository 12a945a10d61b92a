import fc from 'fast-check';
import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoredAction } from '../../src/contract/action.js';
import { partitionOf } from '../../src/store/partitions.js';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { firstClientBody } from '../helpers/first-client.js';
import { insertActions } from '../helpers/insert-actions.js';

const DAY = 86_400_000;
const NOW = Date.now();
const iso = (unixMs: number) => new Date(unixMs).toISOString();

/** The rows of this test: its own calls are rows as well, and come in between. */
let mine: ReadonlySet<string>;

interface Page {
  actions: StoredAction[];
  next_cursor: string | null;
}

let test: TestApp;
let headers: { authorization: string };

const list = async (query: Record<string, string>): Promise<Page> => {
  const response = await test.app.inject({ url: `/api/actions?${new URLSearchParams(query)}`, headers });
  expect(response.statusCode, response.body).toBe(200);
  return response.json();
};

/** All pages, one after the other. */
async function listAll(query: Record<string, string>): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Page = await list(cursor === null ? query : { ...query, cursor });
    ids.push(...page.actions.map(({ id }) => id));
    cursor = page.next_cursor;
  } while (cursor !== null);
  return ids;
}

/** The same question in one plain statement. */
async function select(query: Record<string, string>): Promise<string[]> {
  const { limit: _limit, from, to, q, ...equal } = query;
  const values: unknown[] = Object.values(equal);
  const where = Object.keys(equal).map((column, index) => `${column}::text = $${index + 1}`);
  const bind = (value: unknown) => `$${values.push(value)}`;
  // The id's first 48 bits, and not `timestamp`, which the test's rows do not fill in.
  const time = `('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint`;
  if (from) where.push(`${time} >= ${bind(Date.parse(from))}`);
  if (to) where.push(`${time} < ${bind(Date.parse(to))}`);
  if (q) where.push(`position(lower(${bind(q)}) IN lower(error_message)) > 0`);
  const rows = await test.db.query<{ id: string }>(
    `SELECT id FROM action_logs WHERE ${['true', ...where].join(' AND ')} ORDER BY id DESC`,
    values,
  );
  return rows.map(({ id }) => id);
}

const users = ['u_1', 'u_2', 'u_3', 'anonymous'];
const services = ['orders', 'payments', 'old'];
const methods = ['place', 'pay', 'track'];
const types = ['tap', 'place', 'pay'];
const sessions = ['s_1', 's_2'];
const roles = ['customer', 'delivery'];
const messages = ['Card declined', '100% out of stock', 'a_b\\c', 'declined'];

const pick = <T>(values: readonly T[]) => values[Math.floor(Math.random() * values.length)];

beforeAll(async () => {
  test = await buildTestApp();
  headers = { authorization: `Bearer ${await test.adminToken()}` };
  // Of three weeks, the last has partitions, and two days far back; the others' rows are in the DEFAULT child.
  for (const days of [14, 20]) {
    const { name, from, to } = partitionOf('action_logs', NOW - days * DAY);
    await test.db.query(
      `CREATE TABLE ${name} PARTITION OF action_logs FOR VALUES FROM ('${from}') TO ('${to}')`,
    );
  }
  const rows = Array.from({ length: 600 }, (_, index) => {
    // Dense today, sparse before, some ahead of the clock, and nothing on every third day.
    let days = index % 4 === 0 ? Math.random() * 0.2 : Math.random() * 24 - 2;
    if (Math.floor(days) % 3 === 2) days += 1;
    const success = Math.random() < 0.8;
    return {
      id: uuidV7({ msecs: Math.floor(NOW - days * DAY) }),
      user_id: days > 12 ? 'u_3' : pick(users.slice(0, days < 1 ? 1 : 4)),
      user_type: pick([...roles, null]),
      service_name: days > 15 ? 'old' : pick(services.slice(0, 2)),
      method_name: pick(methods),
      action_type: pick(types),
      session_id: pick([...sessions, null]),
      success,
      error_message: success && Math.random() < 0.9 ? null : pick([...messages, null]),
      execution_time: pick([1.5, null]),
    };
  });
  mine = new Set(rows.map(({ id }) => id));
  await insertActions(test.db, rows);
});
afterAll(() => test.close());

describe('the list, page by page', () => {
  it('answers questions after one another whose statements are nearly the same', async () => {
    // Each is kept by its connection under a name, and one name for two of them was a 500 for whoever asked second.
    const questions = ['admin', 'customer', undefined].flatMap((user_type) =>
      ['tap', undefined].flatMap((action_type) =>
        ['true', 'false', undefined].map((success) => ({ user_type, action_type, success, limit: '500' })),
      ),
    );
    const asked = questions.map(
      (question) =>
        Object.fromEntries(Object.entries(question).filter(([, value]) => value)) as Record<string, string>,
    );
    for (const question of asked) await list(question);
    for (const question of asked.toReversed()) await list({ ...question, limit: '499' });
  });

  it('is what one plain statement finds, for any filter', async () => {
    const maybe = (values: readonly string[]) =>
      fc.option(fc.constantFrom(...values, 'none'), { nil: undefined, freq: 2 });
    const time = fc.option(
      fc.integer({ min: -3 * 24, max: 25 * 24 }).map((hours) => iso(NOW - hours * 3_600_000)),
      { nil: undefined, freq: 2 },
    );
    const filter = fc.record({
      user_id: maybe(users),
      user_type: fc.option(fc.constantFrom(...roles, 'admin'), { nil: undefined }),
      service_name: maybe(services),
      method_name: maybe(methods),
      action_type: maybe(types),
      session_id: maybe(sessions),
      success: fc.option(fc.constantFrom('true', 'false'), { nil: undefined, freq: 3 }),
      q: fc.option(fc.constantFrom('DECLINED', '%', '_', '\\', 'none', 'a_b'), { nil: undefined, freq: 4 }),
      from: time,
      to: time,
      limit: fc.constantFrom('1', '20', '100', '500'),
    });
    // Few conditions at a time, or nothing would match.
    const question = fc
      .tuple(
        filter,
        fc.shuffledSubarray(
          [
            'user_id',
            'user_type',
            'service_name',
            'method_name',
            'action_type',
            'session_id',
            'success',
            'q',
            'from',
            'to',
          ],
          { maxLength: 3 },
        ),
      )
      .map(([all, kept]) =>
        Object.fromEntries(
          Object.entries(all).filter(
            (entry): entry is [string, string] =>
              entry[1] !== undefined && (entry[0] === 'limit' || kept.includes(entry[0])),
          ),
        ),
      );
    await fc.assert(
      fc.asyncProperty(question, async (query) => {
        const wanted = (await select(query)).filter((id) => mine.has(id));
        // Page by page of one, a thousand questions would be asked.
        if (query.limit === '1' && wanted.length > 20) query.limit = '20';
        expect((await listAll(query)).filter((id) => mine.has(id))).toEqual(wanted);
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it('trusts the rollups about which days to read', async () => {
    const id = uuidV7({ msecs: NOW - 5 * DAY });
    await insertActions(test.db, [{ id, user_id: 'u_trust' }]);
    expect(await listAll({ user_id: 'u_trust' })).toEqual([id]);
    await test.db.query(`DELETE FROM user_days WHERE user_id = 'u_trust'`);
    expect(await listAll({ user_id: 'u_trust', limit: '2' })).toEqual([]);
  });

  it('finds few rows of long ago in one statement over all days, and walks where they are more than that', async () => {
    const session = (name: string, many: number) =>
      Array.from({ length: many }, (_, index) => ({
        id: uuidV7({ msecs: NOW - 3 * DAY - index * 60_000 }),
        session_id: name,
        success: index % 100 !== 0,
      }));
    const [few, many] = [session('s_few', 30), session('s_many', 5_100)];
    await insertActions(test.db, [...few, ...many]);
    const seeks = async () =>
      (await test.db.query(`SELECT FROM pg_stat_activity WHERE application_name = 'foodieexpress-seeker'`))
        .length;
    expect(await listAll({ session_id: 's_few', limit: '20' })).toEqual(few.map(({ id }) => id));
    expect(await seeks()).toBeGreaterThan(0);
    const ids = many.map(({ id }) => id);
    expect(await listAll({ session_id: 's_many', limit: '500' })).toEqual(ids);
    expect(await listAll({ session_id: 's_many', success: 'false', limit: '20' })).toEqual(
      many.filter(({ success }) => !success).map(({ id }) => id),
    );
  });

  it('shows what is dated tomorrow, as a row of the last minutes of a day may be', async () => {
    const tomorrow = (Math.floor(NOW / DAY) + 1) * DAY;
    const ids = [tomorrow + 60_000, tomorrow - 3 * DAY].map((msecs) => uuidV7({ msecs }));
    await insertActions(
      test.db,
      ids.map((id) => ({ id, user_id: 'u_midnight', user_type: 'admin', service_name: 'night' })),
    );
    const questions: Record<string, string>[] = [
      { user_id: 'u_midnight' },
      { user_id: 'u_midnight', success: 'true' },
      { user_type: 'admin', service_name: 'night' },
    ];
    for (const query of questions) {
      expect(await listAll(query)).toEqual(ids);
      expect(await listAll({ ...query, limit: '1' })).toEqual(ids);
    }
    const person = await test.app.inject({ url: '/analytics/users/u_midnight', headers });
    expect(person.json().recent_actions.map(({ id }: StoredAction) => id)).toEqual(ids);
  });

  it('knows of what is stored and not folded yet', async () => {
    const id = uuidV7({ msecs: NOW - 6 * DAY });
    const action = {
      id,
      user_id: 'u_fresh',
      action_type: 'fresh',
      user_type: 'admin',
      success: false,
      service_name: 'fresh',
    };
    const sent = { method: 'POST', url: '/api/log-action', payload: firstClientBody(action) } as const;
    expect((await test.app.inject(sent)).statusCode).toBe(201);
    for (const query of [
      { user_id: 'u_fresh' },
      { action_type: 'fresh' },
      { service_name: 'fresh', success: 'false' },
    ])
      expect(await listAll(query as Record<string, string>)).toEqual([id]);
  });

  it('seeks a method in a service too that was never folded', async () => {
    const folded = Array.from({ length: 6 }, (_, index) => ({
      id: uuidV7({ msecs: NOW - (index + 1) * DAY }),
      service_name: 'known',
      method_name: 'shared',
    }));
    await insertActions(test.db, folded);
    const id = uuidV7({ msecs: NOW - 3.5 * DAY });
    const payload = firstClientBody({ id, service_name: 'unheard_of', method_name: 'shared' });
    expect((await test.app.inject({ method: 'POST', url: '/api/log-action', payload })).statusCode).toBe(201);
    const ids = [...folded.map((row) => row.id), id].sort().reverse();
    expect(await listAll({ method_name: 'shared' })).toEqual(ids);
  });

  it('keeps the digits of numbers that a double cannot hold', async () => {
    const number = '12345678901234567890.12345678901234567890';
    const payload = `{"service_name":"s","method_name":"m","success":true,"user_id":"u_digits","parameters":{"n":${number}}}`;
    const type = { 'content-type': 'application/json' };
    await test.app.inject({ method: 'POST', url: '/api/log-action', headers: type, payload });
    const { body } = await test.app.inject({ url: '/api/actions?user_id=u_digits', headers });
    expect(body).toContain(number);
  });
});

describe('asking again', () => {
  it('is a 304 while nothing has changed, and an answer once it has', async () => {
    const url = '/api/actions?session_id=s_again';
    const first = await test.app.inject({ url, headers });
    const held = { ...headers, 'if-none-match': String(first.headers.etag) };
    const second = await test.app.inject({ url, headers: held });
    expect([second.statusCode, second.body]).toEqual([304, '']);
    expect(first.headers).toMatchObject({
      'cache-control': 'private, max-age=0, must-revalidate',
      vary: 'Accept, Authorization, X-API-Key',
    });
    const payload = firstClientBody({ session_id: 's_again' });
    await test.app.inject({ method: 'POST', url: '/api/log-action', headers, payload });
    const third = await test.app.inject({ url, headers: held });
    expect(third.json<Page>().actions).toHaveLength(1);
  });

  it('at the same time is one computation, and what the asker wrote is in it', async () => {
    const url = '/api/actions?session_id=s_once';
    const computed = async () => {
      const text = await test.app.metrics.metrics();
      return Number(/answers_total\{question="actions",outcome="computed"\} (\d+)/.exec(text)?.[1] ?? 0);
    };
    const before = await computed();
    const answers = await Promise.all([1, 2, 3].map(() => test.app.inject({ url, headers })));
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect((await computed()) - before).toBe(1);
    const payload = firstClientBody({ session_id: 's_once' });
    await test.app.inject({ method: 'POST', url: '/api/log-action', headers, payload });
    expect((await test.app.inject({ url, headers })).json<Page>().actions).toHaveLength(1);
    expect((await computed()) - before).toBe(2);
  });
});
