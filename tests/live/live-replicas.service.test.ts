import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordMessages } from '../../src/store/commits.js';
import { inTransaction } from '../../src/store/in-transaction.js';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { firstClientBody } from '../helpers/first-client.js';
import { type LiveSocket, type Message, openLive } from './live-socket.js';

/** Two replicas of the service on one database. */
let one: TestApp;
let two: TestApp;
let token: string;
let key: string;
const open: LiveSocket[] = [];
beforeAll(async () => {
  one = await buildTestApp();
  two = await buildTestApp({ db: one.db });
  for (const { app } of [one, two]) await app.listen({ port: 0, host: '127.0.0.1' });
  // Calls of the API are recorded as actions: two sign-ins and a new key, done once, before anybody watches.
  token = await one.adminToken();
  key = await one.apiKey(['ingest']);
  while ((await one.db.query('SELECT 1 FROM action_logs')).length < 3) await sleep(20);
});
afterAll(async () => {
  await Promise.all(open.map(leave));
  // Both replicas' connections must be gone, and only then the database.
  await two.app.close();
  await two.app.database.close();
  await one.close();
});

const watch = async ({ app }: TestApp, request?: object) => {
  const url = `ws://127.0.0.1:${(app.server.address() as AddressInfo).port}/ws/action-tracking`;
  const live = await openLive(url, { authorization: `Bearer ${token}` });
  open.push(live);
  // Asked at once, it begins with that: nothing comes by the filter that stands until then.
  if (request) live.send({ type: 'subscribe', ...request });
  await live.find(({ type }) => type === 'hello');
  if (request) {
    await live.find(({ data }) => 'subscribed' in data || 'problem' in data);
  }
  return live;
};
const leave = async (live: LiveSocket) => {
  live.socket.close();
  await live.closed;
};
/** Stores some actions at once, and returns their ids. */
const act = async ({ app }: TestApp, count = 1, fields: Record<string, unknown> = {}) => {
  const actions = Array.from({ length: count }, () => firstClientBody({ id: uuidV7(), ...fields }));
  const response = await app.inject({ method: 'POST', url: '/api/log-actions', payload: { actions } });
  expect(response.json()).toMatchObject({ stored: count });
  return actions.map(({ id }) => id as string);
};
const event = async ({ app }: TestApp, fields: Record<string, unknown> = {}) => {
  const payload = { event_type: 'custom', entity_type: 'thing', entity_id: 't_1', event_data: {}, ...fields };
  const headers = { 'x-api-key': key };
  const response = await app.inject({ method: 'POST', url: '/api/events', headers, payload });
  expect(response.statusCode).toBe(201);
  return response.json<{ id: string }>().id;
};
const isRow = ({ type }: Message) => type === 'action' || type === 'event';
const idsOf = (live: LiveSocket) => live.messages.filter(isRow).map(({ data }) => data.id as string);
const has = (id: string | undefined) => (message: Message) => message.data.id === id;
const gaps = (live: LiveSocket) => live.messages.filter(({ type }) => type === 'gap');
const killListeners = async () => {
  const killed = await one.db.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'foodieexpress-listener'`,
  );
  return killed.length;
};

describe('across replicas', () => {
  it('what one commits is pushed by the other, in the same words', async () => {
    const [here, there] = await Promise.all([watch(one), watch(two)]);
    const fields = { parameters: { total: 12.5, note: 'şişli', deep: [{ a: null }] }, execution_time: 12.25 };
    const [action] = await act(one, 1, fields);
    const order = await event(two, { entity_type: 'order', entity_id: 'o_7', event_data: { amount: 1.5 } });
    for (const id of [action, order]) {
      const [own, foreign] = await Promise.all([here.find(has(id)), there.find(has(id))]);
      expect(foreign.data).toEqual(own.data);
      expect(foreign.type).toBe(own.type);
    }
    await Promise.all([leave(here), leave(there)]);
  });

  it('every row comes once to everybody, from many writers at once', async () => {
    const watchers = await Promise.all([watch(one), watch(two), watch(one), watch(two)]);
    const sent = (
      await Promise.all(Array.from({ length: 40 }, (_, index) => act(index % 2 ? one : two, 1 + (index % 7))))
    ).flat();
    for (const live of watchers) {
      await expect.poll(() => idsOf(live).length, { timeout: 5_000 }).toBeGreaterThanOrEqual(sent.length);
      expect(idsOf(live).sort()).toEqual([...sent].sort());
      expect(gaps(live)).toEqual([]);
    }
    await Promise.all(watchers.map(leave));
  });

  it('filters see the rows of others as they see own ones', async () => {
    const filters = [
      { service_name: 'filterService', success: false },
      { user_id: 'u_f', types: ['event'] },
      { order_id: 'o_f' },
    ];
    const watchers = await Promise.all(filters.map((filter) => watch(two, { filter })));
    const [failed] = await act(one, 1, { service_name: 'filterService', success: false });
    await act(one, 1, { service_name: 'filterService', success: true });
    const triggered = await event(one, { triggered_by: 'u_f' });
    const ordered = await event(one, { entity_type: 'order', entity_id: 'o_f' });
    const wanted = [failed, triggered, ordered];
    for (const [index, live] of watchers.entries()) {
      await live.find(has(wanted[index]));
      expect(idsOf(live)).toEqual([wanted[index]]);
    }
    await Promise.all(watchers.map(leave));
  });

  it('messages are pushed by every replica, and filtered by severity', async () => {
    const [all, critical, actions] = await Promise.all([
      watch(one),
      watch(two, { filter: { severity: ['critical'] } }),
      watch(two, { filter: { types: ['action'] } }),
    ]);
    const alert = (id: string, severity: string) => ({ type: 'alert' as const, data: { id, severity } });
    await inTransaction(one.app.database.pools.reader, (client) =>
      recordMessages(client, one.app.replica, [alert('a_1', 'info'), alert('a_2', 'critical')]),
    );
    await all.find(has('a_2'));
    expect(await critical.find(has('a_2'))).toMatchObject({
      type: 'alert',
      data: alert('a_2', 'critical').data,
    });
    expect(all.messages.filter(({ type }) => type === 'alert').map(({ data }) => data.id)).toEqual([
      'a_1',
      'a_2',
    ]);
    expect(critical.messages.filter(({ type }) => type === 'alert')).toHaveLength(1);
    const [id] = await act(two);
    await actions.find(has(id));
    expect(actions.messages.filter(({ type }) => type === 'alert')).toEqual([]);
    await Promise.all([all, critical, actions].map(leave));
  });
});

describe('resuming', () => {
  it.each([
    ['the same replica', () => one],
    ['the other replica', () => two],
  ])('at %s brings exactly what came meanwhile', async (_where, elsewhere) => {
    const stays = await Promise.all([watch(one), watch(two)]);
    const live = await watch(one);
    const before = [...(await act(one, 10)), ...(await act(two, 10))];
    await expect.poll(() => idsOf(live).length).toBe(20);
    const { cursor } = live.messages.filter(isRow).at(-1) as Message;
    await leave(live);
    const meanwhile = (
      await Promise.all(Array.from({ length: 10 }, (_, index) => act(index % 2 ? one : two, 5)))
    ).flat();
    const back = await watch(elsewhere(), { after: cursor });
    const later = [...(await act(two, 3)), ...(await act(one, 3))];
    await expect.poll(() => idsOf(back).length).toBe(56);
    await sleep(50);
    expect(idsOf(back).sort()).toEqual([...meanwhile, ...later].sort());
    expect(gaps(back)).toEqual([]);
    expect(before).toHaveLength(20);
    await Promise.all([back, ...stays].map(leave));
  });

  it('within a commit goes on behind the last message, at either replica', async () => {
    const live = await watch(one);
    const ids = await act(one, 20);
    const sixth = await live.find(has(ids[5]));
    for (const replica of [one, two]) {
      const back = await watch(replica, { after: sixth.cursor });
      await back.find(has(ids[19]));
      expect(idsOf(back)).toEqual(ids.slice(6));
      expect(gaps(back)).toEqual([]);
      await leave(back);
    }
    await leave(live);
  });

  it('brings a commit that was under way when its cursor was made', async () => {
    const live = await watch(one);
    // A flush of a third replica takes a number, and commits after another that came later.
    const [late] = await act(two);
    await live.find(has(late));
    const stranger = uuidV7();
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const underWay = inTransaction(two.app.database.pools.reader, async (client) => {
      await client.query(
        `INSERT INTO action_logs (id, user_id, action_type, service_name, method_name, success, timestamp, received_at, identity)
         VALUES ($1, 'u', 'm', 's', 'm', true, now(), now(), 'service')`,
        [stranger],
      );
      await client.query(
        `INSERT INTO commits (replica, actions) VALUES (gen_random_uuid(), decode(replace($1, '-', ''), 'hex'))`,
        [stranger],
      );
      await held;
    });
    await sleep(50);
    const [overtaking] = await act(one);
    const { cursor } = await live.find(has(overtaking));
    expect(cursor).toMatch(/^\d+-1$/);
    finish();
    await underWay;
    // The one that stayed, and one that comes back to the other replica, get it once.
    const back = await watch(two, { after: cursor });
    await Promise.all([live.find(has(stranger)), back.find(has(stranger))]);
    expect(idsOf(back)).toEqual([stranger]);
    expect(idsOf(live)).toEqual([late, overtaking, stranger]);
    await Promise.all([leave(live), leave(back)]);
  });

  it('past what is kept says from where to where, and how many exactly', { timeout: 60_000 }, async () => {
    const live = await watch(one);
    const [first] = await act(one);
    const { cursor } = await live.find(has(first));
    await leave(live);
    const missed: string[] = [];
    for (let batch = 0; batch < 10; batch += 1) missed.push(...(await act(batch % 2 ? one : two, 500)));
    const stays = await watch(one);
    for (const replica of [one, two]) {
      const back = await watch(replica, { after: cursor, filter: { service_name: 'orderService' } });
      const last = missed.at(-1);
      await back.find(has(last));
      const [gap, ...others] = gaps(back);
      expect(others).toEqual([]);
      expect(gap?.data.from).toBe(cursor);
      expect(gap?.data.to).toBe(gap?.cursor);
      const came = idsOf(back).filter((id) => missed.includes(id));
      expect(came.length + Number(gap?.data.count)).toBe(missed.length);
      expect(new Set(came).size).toBe(came.length);
      // What is gone is a part, not a scatter: going on from the gap's end brings all the rest again.
      const again = await watch(replica, { after: gap?.cursor });
      await again.find(has(last));
      expect(gaps(again)).toEqual([]);
      expect(
        idsOf(again)
          .filter((id) => missed.includes(id))
          .sort(),
      ).toEqual(came.sort());
      await Promise.all([leave(back), leave(again)]);
    }
    await leave(stays);
  });

  it('with something that is no cursor is a problem, and changes nothing', async () => {
    for (const after of ['yesterday', '', '12-', '5@9', 'x'.repeat(300), uuidV7()]) {
      const live = await watch(one, { after });
      expect(live.messages.some(({ data }) => 'problem' in data)).toBe(true);
      await leave(live);
    }
  });
});

describe('a listening connection that is killed', () => {
  it('costs nothing: what was committed meanwhile is read', async () => {
    const watchers = await Promise.all([watch(one), watch(two)]);
    const sent: string[] = [];
    for (let round = 0; round < 30; round += 1) {
      sent.push(...(await act(round % 2 ? one : two, 4)));
      if (round % 10 === 5) expect(await killListeners()).toBeGreaterThan(0);
      await sleep(10);
    }
    for (const live of watchers) {
      await expect.poll(() => idsOf(live).length, { timeout: 10_000 }).toBe(sent.length);
      expect(idsOf(live).sort()).toEqual([...sent].sort());
      expect(gaps(live)).toEqual([]);
    }
    await expect.poll(() => one.app.liveHub.state.state).toBe('up');
    await Promise.all(watchers.map(leave));
  });
});

describe('ticks', () => {
  it('count what all replicas committed, for whoever asks for them, and need no rows', async () => {
    const ticks = await watch(two, { filter: { types: ['system'] } });
    const isTick = ({ data }: Message) => 'tick' in data;
    await ticks.find(isTick);
    await act(one, 30, { execution_time: 20 });
    await act(two, 10, { success: false });
    await event(one);
    const total = (field: string) =>
      ticks.messages
        .filter(isTick)
        .reduce((sum, { data }) => sum + Number((data.tick as Record<string, unknown>)[field]), 0);
    await expect.poll(() => total('actions'), { timeout: 5_000 }).toBe(40);
    await expect.poll(() => total('events'), { timeout: 5_000 }).toBe(1);
    expect(total('failures')).toBe(10);
    // Calls with a time: the 30 actions, and what the service measures of its own three and of the tests' before.
    expect(total('calls')).toBeGreaterThanOrEqual(30);
    const highest = Math.max(
      ...ticks.messages.map(({ data }) => (data.tick as { p95: number | null } | undefined)?.p95 ?? 0),
    );
    expect(highest).toBeGreaterThanOrEqual(19.8);
    expect(idsOf(ticks)).toEqual([]);
    await leave(ticks);
  });
});
