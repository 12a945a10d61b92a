import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldDeltas } from '../../src/store/rollups/fold-deltas.js';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { randomFrom, type SimulatedOrder, shuffle, simulateOrders } from '../helpers/simulate-orders.js';
import { storeEvents } from '../helpers/store-events.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.now();
/** Whole hours, and all of it within the seven days from which ids are taken. */
const FROM = Math.floor((NOW - 5 * DAY) / HOUR) * HOUR;
const TO = FROM + 3 * DAY;

let test: TestApp;
let admin: { authorization: string };
let key: string;
let orders: SimulatedOrder[];
const iso = (unixMs: number) => new Date(unixMs).toISOString();
const span = `from=${iso(FROM)}&to=${iso(TO)}`;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const get = async (url: string, headers: Record<string, string> = admin) => {
  const response = await test.app.inject({ url, headers: { 'cache-control': 'no-cache', ...headers } });
  return { status: response.statusCode, body: response.json() };
};

beforeAll(async () => {
  test = await buildTestApp({
    clock: () => NOW,
  });
  admin = bearer(await test.adminToken());
  key = await test.apiKey(['ingest']);
  orders = simulateOrders({
    orders: 500,
    seed: 11,
    from: FROM,
    to: TO,
    illegal: 0.1,
    restaurants: 6,
    couriers: 6,
  });
  const events = shuffle(
    orders.flatMap((order) => order.events),
    randomFrom(11),
  );
  const half = Math.floor(events.length / 2);
  await storeEvents(test, key, events.slice(0, half));
  // Half of the answer is in the rollups, half waits to be folded.
  await foldDeltas(test.app.database.pools.writer);
  await storeEvents(test, key, events.slice(half));
});
afterAll(() => test.close());

/** The value with the fraction `q` of the others below it, by sorting. */
function exactQuantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = q * (sorted.length - 1);
  const below = sorted[Math.floor(rank)] ?? Number.NaN;
  const above = sorted[Math.ceil(rank)] ?? Number.NaN;
  return below + (above - below) * (rank - Math.floor(rank));
}

const countOf = (list: readonly SimulatedOrder[], test: (order: SimulatedOrder) => boolean) =>
  list.filter(test).length;

/** What a group of orders should say, from the truth alone. */
function expectedGroup(list: readonly SimulatedOrder[], target = 45) {
  const taken = list.flatMap(({ truth }) =>
    truth.state === 'delivered' ? [(truth.times.order_delivered ?? 0) - (truth.times.order_placed ?? 0)] : [],
  );
  const near = (value: number) => expect.closeTo(value, -Math.log10(value * 0.02 * 2));
  const enough = taken.length >= 20;
  return {
    orders: list.length,
    insufficient: list.length < 20,
    delivered: taken.length,
    rejected: countOf(list, ({ truth }) => truth.state === 'rejected'),
    cancelled: countOf(list, ({ truth }) => truth.state === 'cancelled'),
    illegal: countOf(list, ({ truth }) => truth.illegal.length > 0),
    late_share: enough
      ? expect.closeTo(taken.filter((ms) => ms > target * 60_000).length / taken.length, 1)
      : null,
    stage_times: expect.objectContaining({
      placed_to_delivered: enough
        ? {
            orders: taken.length,
            p50: near(exactQuantile(taken, 0.5)),
            p90: near(exactQuantile(taken, 0.9)),
            p95: near(exactQuantile(taken, 0.95)),
          }
        : null,
    }),
  };
}

const sumOf = (
  list: readonly SimulatedOrder[],
  field: 'amount' | 'captured' | 'refunded' | 'delivery_fee' | 'tip',
) =>
  expect.closeTo(
    list.reduce((sum, { truth }) => sum + truth[field], 0),
    3,
  );

describe('analytics of orders', () => {
  it('count how far orders come, how long they take and what they cost, folded or not', async () => {
    const { status, body } = await get(`/api/analytics/orders?${span}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ timeframe: 'custom', from: iso(FROM), to: iso(TO), target_minutes: 45 });
    expect(body).toMatchObject(expectedGroup(orders));
    const reached = [1, 2, 3, 4, 5].map((stage) => countOf(orders, ({ truth }) => truth.reached >= stage));
    expect(body.funnel.map((stage: { orders: number }) => stage.orders)).toEqual(reached);
    expect(body.funnel[4]).toMatchObject({
      stage: 'delivered',
      share_of_previous: (reached[4] ?? 0) / (reached[3] ?? 1),
      share_of_first: (reached[4] ?? 0) / (reached[0] ?? 1),
    });
    for (const [index, stage] of body.funnel.entries()) {
      const here = (state: string) =>
        countOf(orders, ({ truth }) => truth.reached === index + 1 && truth.state === state);
      expect(stage).toMatchObject({ rejected: here('rejected'), cancelled: here('cancelled') });
    }
    expect(body.amounts).toEqual([
      {
        currency: 'TRY',
        placed: sumOf(orders, 'amount'),
        captured: sumOf(orders, 'captured'),
        refunded: sumOf(orders, 'refunded'),
        delivery_fee: sumOf(orders, 'delivery_fee'),
        tip: sumOf(orders, 'tip'),
      },
    ]);
    await foldDeltas(test.app.database.pools.writer);
    expect((await get(`/api/analytics/orders?${span}`)).body).toEqual(body);
  });

  it('count restaurants and couriers apart, busiest first, and hours of the week where they are', async () => {
    const { body } = await get(
      `/api/analytics/orders?${span}&top=3&by=restaurant,courier,hour_of_week&timezone=Asia/Kolkata&target_minutes=60`,
    );
    const by = (field: 'restaurant_id' | 'courier_id') => {
      const groups = new Map<string, SimulatedOrder[]>();
      for (const order of orders) {
        const id = order.truth[field];
        if (id !== undefined) groups.set(id, [...(groups.get(id) ?? []), order]);
      }
      return [...groups]
        .sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))
        .slice(0, 3)
        .map(([id, list]) => ({ [field]: id, ...expectedGroup(list, 60) }));
    };
    expect(body.by_restaurant).toMatchObject(by('restaurant_id'));
    expect(body.by_courier).toMatchObject(by('courier_id'));

    const hours = new Map<string, number>();
    for (const { truth } of orders) {
      const local = new Date(Math.floor(truth.first_at / HOUR) * HOUR + 5.5 * HOUR);
      const name = `${local.getUTCDay() || 7} ${local.getUTCHours()}`;
      hours.set(name, (hours.get(name) ?? 0) + 1);
    }
    type Hour = { weekday: number; hour: number; orders: number };
    const found = body.by_hour_of_week.map((of: Hour) => [`${of.weekday} ${of.hour}`, of.orders]);
    expect(new Map(found)).toEqual(hours);
  });

  it('say «insufficient» instead of shares and times under 20 orders, and nothing is invented where there is none', async () => {
    const list = orders.filter(({ truth }) => truth.first_at < FROM + HOUR);
    const { body } = await get(`/api/analytics/orders?from=${iso(FROM)}&to=${iso(FROM + HOUR)}&by=`);
    expect(list.length).toBeLessThan(20);
    expect(body).toMatchObject({
      orders: list.length,
      insufficient: true,
      late_share: null,
      cancelled_share: null,
    });
    expect(Object.values(body.stage_times)).toEqual([null, null, null, null, null]);
    expect(body.by_restaurant).toEqual([]);
    const before = `from=${iso(FROM - 40 * DAY)}&to=${iso(FROM - 30 * DAY)}`;
    const nothing = await get(`/api/analytics/orders?${before}`);
    expect(nothing.body).toMatchObject({ orders: 0, insufficient: true, amounts: [], by_courier: [] });
  });

  it('widen a span to whole hours and say so', async () => {
    const { body } = await get(`/api/analytics/orders?from=${iso(FROM + 1)}&to=${iso(TO - 1)}`);
    expect(body).toMatchObject({ from: iso(FROM), to: iso(TO), orders: orders.length });
    expect((await get('/api/analytics/orders?timeframe=weekly')).body).toMatchObject({
      timeframe: 'weekly',
      orders: orders.length,
    });
    expect((await get('/api/analytics/orders?by=planet')).status).toBe(422);
    expect((await get('/api/analytics/orders?target_minutes=0')).status).toBe(422);
  });
});

describe('a list of orders', () => {
  const all = async (query: string, headers?: Record<string, string>) => {
    const found: Record<string, unknown>[] = [];
    for (let cursor = ''; ; ) {
      const { status, body } = await get(`/api/orders?limit=60&${query}${cursor}`, headers);
      expect(status).toBe(200);
      found.push(...body.orders);
      if (body.next_cursor === null) return found;
      cursor = `&cursor=${body.next_cursor}`;
    }
  };
  const ids = (list: readonly { order_id?: unknown }[]) => list.map(({ order_id }) => order_id);

  it('has every order once, newest first, page by page', async () => {
    const expected = [...orders].sort((a, b) => b.truth.first_at - a.truth.first_at);
    expect(ids(await all(''))).toEqual(ids(expected));
  });

  it('is narrowed by state, party, time, and what is illegal', async () => {
    const match = async (query: string, matches: (order: SimulatedOrder) => boolean) =>
      expect(new Set(ids(await all(query)))).toEqual(new Set(ids(orders.filter(matches))));
    await match('state=cancelled,rejected', ({ truth }) => ['cancelled', 'rejected'].includes(truth.state));
    await match(
      'restaurant_id=r_1&courier_id=d_2',
      ({ truth }) => truth.restaurant_id === 'r_1' && truth.courier_id === 'd_2',
    );
    await match('illegal=true', ({ truth }) => truth.illegal.length > 0);
    await match('illegal=false', ({ truth }) => truth.illegal.length === 0);
    const end = FROM + DAY;
    await match(`from=${iso(FROM)}&to=${iso(end)}`, ({ truth }) => truth.first_at < end);
  });

  it('shows what stands still, longest first', async () => {
    const found = await all('state=placed,accepted&in_state_minutes=5');
    const expected = orders
      .filter(({ truth }) => ['placed', 'accepted'].includes(truth.state))
      .sort((a, b) => a.truth.state_since - b.truth.state_since);
    expect(expected.length).toBeGreaterThan(3);
    expect(ids(found)).toEqual(ids(expected));
    const since = expected[2]?.truth.state_since ?? 0;
    const minutes = (NOW - since) / 60_000;
    expect(await all(`state=placed,accepted&in_state_minutes=${minutes}`)).toHaveLength(3);
  });

  it.each(['in_state_minutes=5', 'sort=longest_in_state', 'state=lost', 'cursor=nonsense', 'limit=0'])(
    'refuses %s',
    async (query) => expect((await get(`/api/orders?${query}`)).status).toBe(422),
  );
});

describe('a timeline', () => {
  it('has all events of all parties in the order of time, whatever the order in which they came', async () => {
    const order = orders.find(({ truth }) => truth.illegal[0] === 'captured_twice') as SimulatedOrder;
    const { status, body } = await get(`/api/orders/${order.order_id}/timeline`);
    expect(status).toBe(200);
    type Entry = { id: string; at: string; since_previous: number | null; event_type: string; party: string };
    const entries: Entry[] = body.entries;
    expect(entries.map(({ id }) => id)).toEqual(order.events.map(({ id }) => id));
    expect(new Set(entries.map(({ party }) => party))).toEqual(
      new Set(['customer', 'restaurant', 'courier', 'payment']),
    );
    for (const [index, entry] of entries.entries()) {
      const before = entries[index - 1];
      expect(entry.since_previous).toBe(before ? Date.parse(entry.at) - Date.parse(before.at) : null);
    }
    expect(body.order).toMatchObject({
      state: order.truth.state,
      customer_id: order.truth.customer_id,
      illegal: [{ code: 'captured_twice' }],
    });
    expect(body.stages[0]).toEqual({ stage: 'placed', at: iso(order.truth.first_at), since_previous: null });
    const captures = order.events.filter(({ event_type }) => event_type === 'payment_captured');
    expect(body.payments.filter(({ event_type }: Entry) => event_type === 'payment_captured')).toMatchObject(
      captures.map(({ id }) => ({ id, amount: order.truth.amount, currency: 'TRY' })),
    );
  });

  it('keeps every digit, shows types that nobody knows, and makes one line of a courier’s way', async () => {
    const at = FROM + DAY;
    const about = { entity_type: 'ORDER', entity_id: 'o_way' };
    const place = (index: number) => ({
      id: uuidV7({ msecs: at + index * 5_000 }),
      event_type: 'delivery_location',
      entity_type: 'courier',
      entity_id: 'd_1',
      event_data: { order_id: 'o_way', latitude: 41, longitude: 28 + index / 1_000 },
    });
    await storeEvents(test, key, [
      { id: uuidV7({ msecs: at - 1 }), event_type: 'kitchen_note', ...about, event_data: { big: 1 } },
      ...Array.from({ length: 40 }, (_, index) => place(index)),
    ]);
    const raw = `{"id":"${uuidV7({ msecs: at + 92_000 })}","event_type":"kitchen_note","entity_type":"order","entity_id":"o_way","event_data":{"n":12345678901234567890.123}}`;
    await test.app.inject({
      method: 'POST',
      url: '/api/events',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      payload: raw,
    });
    const response = await test.app.inject({ url: '/api/orders/o_way/timeline', headers: admin });
    expect(response.body).toContain('12345678901234567890.123');
    const { order, entries } = response.json();
    expect(order).toBeNull();
    expect(entries).toMatchObject([
      { event_type: 'kitchen_note', locations: null, party: 'platform' },
      {
        event_type: 'delivery_location',
        party: 'courier',
        data: { longitude: 28 },
        locations: { count: 19, until: iso(at + 18 * 5_000), last: { longitude: 28.018 } },
      },
      { event_type: 'kitchen_note', since_previous: 2_000 },
      { event_type: 'delivery_location', locations: { count: 21 } },
    ]);
  });

  it('of an order that nobody knows is 404', async () => {
    expect((await get('/api/orders/o_nothing/timeline')).status).toBe(404);
  });
});

describe('people', () => {
  const send = (token: string, event: object) =>
    test.app.inject({ method: 'POST', url: '/api/events', headers: bearer(token), payload: event });

  it('send what their role may, as themselves, and read their own orders and figures only', async () => {
    const [customer, restaurant, courier, stranger] = await Promise.all([
      test.tokenFor('customer'),
      test.tokenFor('restaurant'),
      test.tokenFor('delivery'),
      test.tokenFor('customer'),
    ]);
    const at = TO + HOUR;
    const event = (event_type: string, after: number, event_data: object = {}) => ({
      id: uuidV7({ msecs: at + after }),
      event_type,
      entity_type: 'order',
      entity_id: 'o_own',
      event_data,
    });
    // What they claim of themselves does not count; what they say of others does.
    const placed = event('order_placed', 0, {
      customer_id: 'somebody else',
      restaurant_id: restaurant.user_id,
      amount: 30,
      currency: 'EUR',
    });
    expect((await send(customer.token, placed)).statusCode).toBe(201);
    expect((await send(courier.token, event('order_accepted', 1))).statusCode).toBe(403);
    expect((await send(restaurant.token, event('order_accepted', 60_000))).statusCode).toBe(201);
    expect((await send(customer.token, event('payment_captured', 2))).statusCode).toBe(403);
    expect((await send(courier.token, event('order_picked_up', 120_000))).statusCode).toBe(201);
    const delivered = event('order_delivered', 180_000, { delivery_fee: 3, tip: 1.5, currency: 'EUR' });
    expect((await send(courier.token, delivered)).statusCode).toBe(201);
    expect((await send(courier.token, event('weather_bad', 3))).statusCode).toBe(201);

    const batch = await test.app.inject({
      method: 'POST',
      url: '/api/events/batch',
      headers: bearer(courier.token),
      payload: { events: [event('order_ready', 4), event('delivery_location', 5)] },
    });
    expect(batch.json()).toMatchObject({
      stored: 1,
      rejected: 1,
      results: [{ status: 'rejected', error: { type: '/problems/forbidden', status: 403 } }, {}],
    });

    for (const { token } of [customer, restaurant, courier]) {
      const { body } = await get('/api/orders', bearer(token));
      expect(body.orders).toMatchObject([
        {
          order_id: 'o_own',
          state: 'delivered',
          customer_id: customer.user_id,
          restaurant_id: restaurant.user_id,
          courier_id: courier.user_id,
          illegal: [],
        },
      ]);
      expect((await get('/api/orders/o_own/timeline', bearer(token))).status).toBe(200);
    }
    expect((await get('/api/orders', bearer(stranger.token))).body).toEqual({
      orders: [],
      next_cursor: null,
    });
    expect((await get('/api/orders/o_own/timeline', bearer(stranger.token))).status).toBe(404);
    expect((await get(`/api/orders?customer_id=${customer.user_id}`, bearer(stranger.token))).status).toBe(
      403,
    );

    const today = `from=${iso(TO)}&to=${iso(TO + 2 * DAY)}`;
    const couriers = `/api/analytics/couriers/${courier.user_id}?${today}`;
    const restaurants = `/api/analytics/restaurants/${restaurant.user_id}?${today}`;
    const earned = [{ currency: 'EUR', delivery_fee: 3, tip: 1.5, total: 4.5 }];
    for (const headers of [admin, bearer(courier.token)]) {
      expect(await get(couriers, headers)).toMatchObject({
        status: 200,
        body: {
          courier_id: courier.user_id,
          orders: 1,
          delivered: 1,
          insufficient: true,
          earnings: earned,
          days: [{ date: iso(at).slice(0, 10), orders: 1, delivered: 1, earnings: earned }],
        },
      });
    }
    expect((await get(restaurants, bearer(restaurant.token))).body).toMatchObject({
      orders: 1,
      accepted: 1,
      accepted_share: null,
      preparation: null,
      days: [{ accepted: 1, delivered: 1, amounts: [{ currency: 'EUR', placed: 30 }] }],
    });
    for (const [url, who] of [
      [couriers, restaurant],
      [couriers, customer],
      [restaurants, courier],
      ['/api/analytics/restaurants/r_1', restaurant],
      ['/api/analytics/orders', restaurant],
      ['/api/analytics/funnel?steps=a,b', customer],
    ] as const)
      expect([url, (await get(url, bearer(who.token))).status]).toEqual([url, 403]);
  });
});
