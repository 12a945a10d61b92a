import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldDeltas } from '../../src/store/rollups/fold-deltas.js';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { firstClientBody } from '../helpers/first-client.js';
import { randomFrom, type SimulatedEvent, shuffle, simulateOrders } from '../helpers/simulate-orders.js';
import { storeEvents } from '../helpers/store-events.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.now();
const FROM = Math.floor((NOW - 6 * DAY) / HOUR) * HOUR;
const TO = FROM + 2 * DAY;

let test: TestApp;
let admin: { authorization: string };
let key: string;
const iso = (unixMs: number) => new Date(unixMs).toISOString();
const ask = async (query: string, from = FROM, to = TO) => {
  const response = await test.app.inject({
    url: `/api/analytics/funnel?from=${iso(from)}&to=${iso(to)}&${query}`,
    headers: { ...admin, 'cache-control': 'no-cache' },
  });
  return { status: response.statusCode, body: response.json() };
};
const counts = async (query: string, from?: number, to?: number) =>
  (await ask(query, from, to)).body.steps.map(({ count }: { count: number }) => count);

beforeAll(async () => {
  test = await buildTestApp({
    clock: () => NOW,
  });
  admin = { authorization: `Bearer ${await test.adminToken()}` };
  key = await test.apiKey(['ingest']);
});
afterAll(() => test.close());

/** How many of the sequences have the steps in this order, by walking each. */
function walk(sequences: readonly (readonly string[])[], steps: readonly string[]): number[] {
  const reached = sequences.map((sequence) => {
    let step = 0;
    for (const type of sequence) if (type === steps[step]) step += 1;
    return step;
  });
  return steps.map((_, index) => reached.filter((step) => step > index).length);
}

describe('a funnel over orders', () => {
  it('of any events is what walking each order gives, folded or not', async () => {
    const orders = simulateOrders({ orders: 300, seed: 21, from: FROM, to: TO - 6 * HOUR, illegal: 0.1 });
    const events = shuffle(
      orders.flatMap((order) => order.events),
      randomFrom(21),
    );
    await storeEvents(test, key, events.slice(0, 1_000));
    await foldDeltas(test.app.database.pools.writer);
    await storeEvents(test, key, events.slice(1_000));
    const sequences = orders.map((order) => order.events.map(({ event_type }) => event_type));
    const questions = [
      ['order_placed', 'order_accepted', 'order_ready', 'order_picked_up', 'order_delivered'],
      ['payment_failed', 'payment_captured'],
      ['order_accepted', 'order_cancelled', 'payment_refunded'],
      ['order_delivered', 'dispute_opened', 'payment_refunded', 'dispute_resolved'],
      ['order_delivered', 'order_placed'],
    ];
    for (const steps of questions)
      expect([steps, await counts(`steps=${steps.join()}`)]).toEqual([steps, walk(sequences, steps)]);
    await foldDeltas(test.app.database.pools.writer);
    for (const steps of questions)
      expect([steps, await counts(`steps=${steps.join('&steps=')}`)]).toEqual([
        steps,
        walk(sequences, steps),
      ]);
  });

  it('tells a customer’s two interleaved orders apart, which a funnel over users cannot', async () => {
    const at = FROM - 12 * HOUR;
    const event = (
      event_type: string,
      order: string,
      after: number,
    ): SimulatedEvent & { triggered_by: string } => ({
      id: uuidV7({ msecs: at + after }),
      event_type,
      entity_type: 'order',
      entity_id: order,
      event_data: {},
      triggered_by: 'c_both',
    });
    // One is placed and accepted, the other delivered: neither went all the way.
    await storeEvents(test, key, [
      event('order_placed', 'o_first', 0),
      event('order_placed', 'o_second', 1),
      event('order_accepted', 'o_first', 2),
      event('order_delivered', 'o_second', 3),
    ]);
    const steps = 'steps=order_placed,order_accepted,order_delivered';
    expect(await counts(steps, at - HOUR, at + HOUR)).toEqual([2, 1, 0]);
    expect(await counts(`${steps}&key=user`, at - HOUR, at + HOUR)).toEqual([1, 1, 1]);
  });

  it('says so where too few began', async () => {
    const { body } = await ask('steps=order_placed,order_delivered', FROM - 60 * DAY, FROM - 50 * DAY);
    expect(body).toMatchObject({
      key: 'order',
      insufficient: true,
      steps: [
        { step: 'order_placed', count: 0, dropped: 0, share_of_previous: null, share_of_first: null },
        { step: 'order_delivered', count: 0, share_of_first: null },
      ],
    });
  });
});

describe('a funnel over actions', () => {
  const start = TO + 6 * HOUR;
  const random = randomFrom(31);
  const types = ['open', 'search', 'basket', 'pay'];
  const journeys = Array.from({ length: 60 }, (_, user) =>
    Array.from({ length: Math.floor(random() * 12) }, () => ({
      user_id: `u_${user}`,
      session_id: `s_${user % 40}`,
      action_type: types[Math.floor(random() * types.length)] ?? 'open',
      at: start + Math.floor(random() * 3 * HOUR),
    })).sort((a, b) => a.at - b.at),
  );

  /** The longest chain of each key whose last step is within `within` of its first, tried from every beginning. */
  function bruteForce(key: 'user_id' | 'session_id', steps: readonly string[], within: number): number[] {
    const rows = journeys.flat().sort((a, b) => a.at - b.at);
    const best = new Map<string, number>();
    for (const first of rows.filter(({ action_type }) => action_type === steps[0])) {
      let reached = 0;
      for (const row of rows.slice(rows.indexOf(first))) {
        if (row[key] === first[key] && row.action_type === steps[reached] && row.at - first.at <= within)
          reached += 1;
      }
      best.set(first[key], Math.max(best.get(first[key]) ?? 0, reached));
    }
    return steps.map((_, index) => [...best.values()].filter((reached) => reached > index).length);
  }

  it('by user and by session, in time or not, is what trying every beginning gives', async () => {
    const actions = journeys
      .flat()
      .map(({ at, ...action }) => firstClientBody({ id: uuidV7({ msecs: at }), ...action }));
    await test.app.inject({ method: 'POST', url: '/api/log-actions', payload: { actions } });
    const anonymous = types.map((action_type, index) =>
      firstClientBody({ id: uuidV7({ msecs: start + index }), action_type, user_id: null, session_id: null }),
    );
    await test.app.inject({ method: 'POST', url: '/api/log-actions', payload: { actions: anonymous } });
    const end = start + 4 * HOUR;
    for (const steps of [types, ['search', 'pay'], ['pay', 'open', 'basket']]) {
      for (const [key, field] of [
        ['user', 'user_id'],
        ['session', 'session_id'],
      ] as const) {
        const query = `key=${key}&steps=${steps.join()}`;
        expect([query, await counts(query, start, end)]).toEqual([query, bruteForce(field, steps, DAY)]);
        const within = `${query}&within_minutes=40`;
        expect([within, await counts(within, start, end)]).toEqual([
          within,
          bruteForce(field, steps, 40 * 60_000),
        ]);
      }
    }
    // Those who did not say who they are make no journey together.
    expect(await counts('key=user&steps=open,search', start, start + 1)).toEqual([0, 0]);
  });

  it.each([
    ['steps=open', FROM],
    ['steps=open,open', FROM],
    [`steps=${Array.from({ length: 11 }, (_, index) => `s${index}`).join()}&key=user`, FROM],
    ['steps=open,pay', FROM],
    ['steps=open,order_placed&key=session', FROM],
    ['steps=order_placed,delivery_location', FROM],
    ['steps=order_placed,order_ready&within_minutes=5', FROM],
    ['steps=open,pay&key=user', TO - 8 * DAY],
    ['steps=open,pay&key=user&within_minutes=0', FROM],
    ['key=user', FROM],
  ])('refuses %s', async (query, from) => {
    const { status, body } = await ask(query, from);
    expect([status, body.type]).toEqual([422, '/problems/validation-failed']);
    expect(body.errors.length).toBeGreaterThan(0);
  });
});
