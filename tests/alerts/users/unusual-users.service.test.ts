import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureDefaultRules } from '../../../src/alerts/rules/ensure-default-rules.js';
import { activeFindings } from '../../../src/alerts/users/queries/active-findings.js';
import { findingsDuring } from '../../../src/alerts/users/queries/findings-during.js';
import { writeFindings } from '../../../src/alerts/users/queries/write-findings.js';
import type { UserFinding } from '../../../src/alerts/users/raised.js';
import type { UnusualUser } from '../../../src/contract/unusual-user.js';
import { buildTestApp, type TestApp } from '../../helpers/build-test-app.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Two replicas on one database, on a clock that the test sets ahead. */
let ahead = 0;
const clock = () => Date.now() + ahead;
let one: TestApp;
let other: TestApp;
let authorization: string;
beforeAll(async () => {
  one = await buildTestApp({ clock });
  other = await buildTestApp({ clock, db: one.db });
  await ensureDefaultRules(one.app.database.pools.reader, clock());
  authorization = `Bearer ${await one.adminToken()}`;
});
afterAll(async () => {
  await other.close();
  await one.close();
});

const get = async <T>(url: string): Promise<T> => {
  const response = await one.app.inject({ url, headers: { authorization } });
  expect(response.statusCode).toBe(200);
  return response.json<T>();
};
const list = (query = '') =>
  get<{ unusual_users: UnusualUser[]; next_cursor: string | null }>(`/api/unusual-users${query}`);
/** Without what the rules on the service itself say of a busy test machine. */
const alertsOnUsers = async () => {
  const { alerts } = await get<{ alerts: { kind: string }[] }>('/api/alerts');
  return alerts.filter(({ kind }) => kind === 'unusual_user');
};
/** Both replicas look as often as they would in so many seconds. */
const lookFor = async (seconds: number) => {
  let steps = 0;
  for (let second = 0; second < seconds; second += 5) {
    ahead += 5 * SECOND;
    const done = await Promise.all([one.app.alertEngine.step(), other.app.alertEngine.step()]);
    steps += done.filter(Boolean).length;
  }
  return steps;
};

describe('thirty accounts whose login fails from one address', () => {
  it('are one finding and one alert, whichever of two replicas looks', async () => {
    for (let index = 0; index < 30; index += 1) {
      const { statusCode } = await one.app.inject({
        method: 'POST',
        url: '/api/log-action',
        remoteAddress: '203.0.113.7',
        payload: {
          ...{ service_name: 'authService', method_name: 'login', success: false },
          ...{ error_message: 'wrong password', parameters: { username: `guest-${index}` } },
        },
      });
      expect(statusCode).toBe(201);
    }
    expect(await lookFor(30)).toBeGreaterThanOrEqual(5);
    const { unusual_users: found } = await list();
    expect(found).toMatchObject([
      { detector: 'credential_stuffing', subject_kind: 'ip_address', subject: '203.0.113.7' },
    ]);
    expect(await alertsOnUsers()).toMatchObject([
      {
        ...{ kind: 'unusual_user', status: 'firing', severity: 'warning', unit: 'score' },
        ...{ group: { detector: 'credential_stuffing', ip_address: '203.0.113.7' } },
        ...{ summary: found[0]?.reason, value: found[0]?.score },
      },
    ]);
  });

  it('are an alert that ends half an hour after the last', async () => {
    ahead += 31 * MINUTE;
    // A token lives for 15 minutes.
    authorization = `Bearer ${await one.adminToken()}`;
    await lookFor(10);
    expect(await alertsOnUsers()).toMatchObject([{ status: 'resolved' }]);
  });

  it('fire in a backtest of that time too', async () => {
    const response = await one.app.inject({
      method: 'POST',
      url: '/api/alert-rules/backtest',
      headers: { authorization },
      payload: {
        rule: { name: 'x', condition: { kind: 'unusual_user', detectors: ['credential_stuffing'] } },
        from: new Date(Date.now() - 10 * MINUTE).toISOString(),
        to: new Date(Date.now() + 60 * MINUTE).toISOString(),
      },
    });
    expect(response.json()).toMatchObject({
      total: 1,
      firings: [{ group: { detector: 'credential_stuffing', ip_address: '203.0.113.7' } }],
    });
  });
});

/** Long ago, so that these are none of the above. */
const THEN = Date.UTC(2026, 0, 5, 12);
const finding = (fields: Partial<UserFinding> = {}): UserFinding => ({
  ...{ detector: 'burst', subject_kind: 'user_id', subject: 'u_1', score: 0.9, reason: 'much' },
  ...{ evidence: [], since: THEN - MINUTE, first_at: THEN, at: THEN, times: 1 },
  ...fields,
});
const write = async (...findings: UserFinding[]) => {
  const client = await one.app.database.pools.reader.connect();
  await writeFindings(client, findings).finally(() => client.release());
};

describe('findings', () => {
  beforeAll(() =>
    write(
      finding(),
      finding({ score: 0.95, reason: 'more', at: THEN + 5 * MINUTE, times: 2 }),
      finding({ subject: 'c_1', subject_kind: 'courier_id', detector: 'impossible_movement', score: 0.85 }),
      finding({ subject: '203.0.113.9', subject_kind: 'ip_address', detector: 'scraping', score: 0.99 }),
    ),
  );

  it('are active for 30 minutes after they were last seen, strangest first', async () => {
    const { reader } = one.app.database.pools;
    const active = async (at: number) =>
      (await activeFindings(reader, at)).filter(({ subject }) => subject !== '203.0.113.7');
    const subjects = async (at: number) => (await active(at)).map(({ subject }) => subject);
    expect(await subjects(THEN + 29 * MINUTE)).toEqual(['203.0.113.9', 'u_1', 'c_1']);
    expect(await subjects(THEN + 31 * MINUTE)).toEqual(['u_1']);
    expect((await active(THEN + 29 * MINUTE))[1]).toEqual({
      ...{ detector: 'burst', subject_kind: 'user_id', subject: 'u_1', score: 0.95, reason: 'more' },
    });
  });

  it('were active from when they were found on', async () => {
    const { reader } = one.app.database.pools;
    const during = await findingsDuring(reader, THEN + 33 * MINUTE, THEN + 40 * MINUTE);
    expect(during).toEqual([
      {
        from: THEN,
        to: THEN + 35 * MINUTE,
        what: { detector: 'burst', subject_kind: 'user_id', subject: 'u_1', score: 0.95, reason: 'more' },
      },
    ]);
    expect(await findingsDuring(reader, THEN - MINUTE, THEN)).toEqual([]);
    expect(await findingsDuring(reader, THEN, THEN + 1)).toHaveLength(3);
  });

  it('that are told again as they were change nothing', async () => {
    const before = await list();
    await write(finding(), finding({ score: 0.95, reason: 'other words', times: 2 }));
    expect(await list()).toEqual(before);
  });
});

describe('GET /api/unusual-users', () => {
  const before = `to=${new Date(THEN + 60 * MINUTE).toISOString()}`;

  it('pages through all, newest first', async () => {
    const seen: string[] = [];
    let query = '?limit=1';
    for (let page = 0; page < 10; page += 1) {
      const { unusual_users, next_cursor } = await list(query);
      seen.push(...unusual_users.map(({ id }) => id));
      if (next_cursor === null) break;
      query = `?limit=1&cursor=${next_cursor}`;
    }
    expect(seen).toHaveLength(4);
    expect(seen).toEqual([...seen].sort().reverse());
    expect((await list()).unusual_users.map(({ id }) => id)).toEqual(seen);
  });

  it.each([
    [`${before}&detector=burst,scraping`, ['203.0.113.9', 'u_1']],
    [`${before}&subject_kind=courier_id`, ['c_1']],
    [`${before}&subject=u_1`, ['u_1']],
    [`${before}&min_score=0.96`, ['203.0.113.9']],
    [`from=${new Date(THEN + MINUTE).toISOString()}`, ['203.0.113.7']],
    [`to=${new Date(THEN).toISOString()}`, []],
  ])('filters: %s', async (query, subjects) => {
    const { unusual_users: found } = await list(`?${query}`);
    expect(found.map(({ subject }) => subject).sort()).toEqual(subjects);
  });

  it.each([
    ['detector=witchcraft', 'detector'],
    ['subject_kind=dog', 'subject_kind'],
    ['min_score=2', 'min_score'],
    ['limit=0', 'limit'],
    ['from=yesterday', 'from'],
    ['cursor=x', 'cursor'],
  ])('refuses %s by the field', async (query, path) => {
    const response = await one.app.inject({ url: `/api/unusual-users?${query}`, headers: { authorization } });
    expect(response.statusCode).toBe(422);
    const { errors } = response.json<{ errors: { path: string }[] }>();
    expect(errors.map((error) => error.path.split('.')[0])).toContain(path);
  });

  it('is for admins alone', async () => {
    const { token } = await one.tokenFor('restaurant');
    const asPerson = await one.app.inject({
      url: '/api/unusual-users',
      headers: { authorization: `Bearer ${token}` },
    });
    expect(asPerson.statusCode).toBe(403);
    expect((await one.app.inject({ url: '/api/unusual-users' })).statusCode).toBe(401);
  });
});
