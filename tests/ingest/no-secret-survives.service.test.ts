import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { InjectOptions } from 'fastify';
import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { firstClientBody } from '../helpers/first-client.js';
import { type LiveSocket, openLive, Refused } from '../live/live-socket.js';
import { innocent, type SecretCase, secretCases, sensitiveKeys } from './redact/corpus.js';
import { CANARY, plantedCases } from './redact/corpus-field.js';

/** Every planted secret has this form and a number of its own, so that one look finds all of them, and says which. */
const planted = /kq7x\d{5}z/gi;
const plants: string[] = [];
/** Where the running test's own secrets begin: a leak is told by the test that planted it. */
let firstPlant = 0;
const plant = (what: string): string => {
  plants.push(what);
  return `Kq7x${String(plants.length - 1).padStart(5, '0')}z`;
};

let test: TestApp;
let wsUrl: string;
let live: LiveSocket;
let second: LiveSocket;
let key: Record<string, string>;
let admin: Record<string, string>;
/** Bodies and headers of all answers, of those that hand out a credential without it. */
const answers: string[] = [];
/** Ids that the receipts say are stored: all have to come by on the WebSocket. */
const storedIds = new Set<string>();
/** Handed out by the service itself: nobody but the caller may ever see them again. */
const handedOut: string[] = [];

const send = async (options: InjectOptions) => {
  const response = await test.app.inject(options);
  answers.push(`${JSON.stringify(response.headers)} ${response.body}`);
  return response;
};
interface Receipt {
  id: string;
  status: string;
  results?: Receipt[];
}
const post = async (url: string, payload: object, headers = {}) => {
  const response = await send({ method: 'POST', url, headers, payload });
  const receipt = response.json<Receipt>();
  for (const { id, status } of receipt.results ?? [receipt]) if (status === 'stored') storedIds.add(id);
  return { status: response.statusCode, receipt };
};
const chunks = <T>(list: readonly T[], size: number) =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
const probe = (fields: Record<string, unknown>) => ({ ...firstClientBody(), ...fields });
const event = (fields: Record<string, unknown>) => ({
  event_type: 'secret_probe',
  entity_type: 'probe',
  entity_id: 'p_1',
  ...fields,
});

/** Sends each value the four ways that a value can come, under the id it is given; returns the ids by value. */
async function sendEveryWay(values: readonly unknown[]): Promise<string[][]> {
  const ids = values.map(() => [uuidV7(), uuidV7(), uuidV7(), uuidV7()] as const);
  const withIds = values.map((value, index) => ({ value, ids: ids[index] ?? [] }));
  for (const { value, ids: own } of withIds) {
    const single = await post('/api/log-action', probe({ id: own[0], parameters: value }));
    expect(single.status, JSON.stringify(value)).toBe(201);
    const asEvent = await post('/api/events', event({ id: own[2], event_data: value }), key);
    expect(asEvent.status, JSON.stringify(value)).toBe(201);
  }
  for (const chunk of chunks(withIds, 100)) {
    const actions = chunk.map(({ value, ids: own }) => probe({ id: own[1], response_data: value }));
    const events = chunk.map(({ value, ids: own }) => event({ id: own[3], event_data: value }));
    expect((await post('/api/log-actions', { actions })).receipt).toMatchObject({ stored: chunk.length });
    const stored = { stored: chunk.length };
    expect((await post('/api/events/batch', { events }, key)).receipt).toMatchObject(stored);
  }
  return ids.map((own) => [...own]);
}

/** What became of the values sent, by id. */
async function valuesById(): Promise<Map<string, unknown>> {
  const rows = await test.db.query<{ id: string; value: unknown }>(
    `SELECT id, CASE WHEN response_data::jsonb = $1::jsonb THEN parameters ELSE response_data END::jsonb AS value FROM action_logs
     UNION ALL SELECT id, event_data FROM business_events`,
    [JSON.stringify(firstClientBody().response_data)],
  );
  return new Map(rows.map(({ id, value }) => [id, value]));
}

beforeAll(async () => {
  test = await buildTestApp({ config: { LOG_LEVEL: 'trace' } });
  await test.app.listen({ port: 0, host: '127.0.0.1' });
  wsUrl = `ws://127.0.0.1:${(test.app.server.address() as AddressInfo).port}/ws/action-tracking`;
  const token = await test.adminToken();
  admin = { authorization: `Bearer ${token}` };
  key = { 'x-api-key': await test.apiKey(['ingest', 'read']) };
  handedOut.push(token, key['x-api-key'] ?? '');
  live = await openLive(wsUrl, admin);
  second = await openLive(wsUrl, admin);
  // What commits before the greeting is pushed to nobody.
  for (const { find } of [live, second]) await find(({ type }) => type === 'hello');
});
beforeEach(() => {
  firstPlant = plants.length;
});
afterAll(async () => {
  for (const { socket, closed } of [live, second]) {
    socket.close();
    await closed;
  }
  await test.close();
});

/** All that the service keeps or tells, by place. Every table that is no partition of another; bytea comes as hex. */
async function everywhere(): Promise<Record<string, string>> {
  const marker = uuidV7();
  await send({ url: `/api/actions?session_id=${marker}`, headers: admin });
  const asked = 'SELECT 1 FROM action_logs WHERE parameters::text LIKE $1';
  await expect.poll(() => test.db.query(asked, [`%${marker}%`]), { timeout: 5_000 }).toHaveLength(1);
  await expect
    .poll(() => live.messages.filter(({ data }) => storedIds.has(String(data?.id))).length, {
      timeout: 10_000,
    })
    .toBe(storedIds.size);
  const tables = await test.db.query<{ name: string }>(
    `SELECT oid::regclass::text AS name FROM pg_class
      WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace`,
  );
  const places: Record<string, string> = {};
  for (const { name } of tables) {
    const rows = await test.db.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
    places[`table ${name}`] = rows.map(({ text }) => text).join('\n');
  }
  places.log = test.logged();
  places.WebSocket = JSON.stringify([live.messages, second.messages]);
  places.answers = answers.join('\n');
  return places;
}

/** Which of the planted secrets are still somewhere, as themselves or as the hex of a bytea. */
function leaks(places: Record<string, string>): string[] {
  const found: string[] = [];
  for (const [place, text] of Object.entries(places)) {
    const asHex = [...text.matchAll(/(?:4b|6b)(?:51|71)37(?:58|78)(?:3\d){5}(?:5a|7a)/gi)].map(([hex]) =>
      Buffer.from(hex, 'hex').toString(),
    );
    for (const secret of [...(text.match(planted) ?? []), ...asHex]) {
      const number = Number(secret.slice(4, 9));
      if (number >= firstPlant) found.push(`${place}: ${plants[number]}`);
    }
  }
  return [...new Set(found)];
}

/** Ways in which a secret stands in a value: each makes one of a canary and a spelling of a sensitive key. */
const carriers: Record<string, (canary: string, name: string) => unknown> = {
  'under a key': (canary, name) => ({ [name]: canary, note: 'stays' }),
  'in a list under a key': (canary) => ({ passWORDS: ['a', canary] }),
  'deep under a key': (canary) => ({ CREDENTIALS: { any: [{ thing: canary }] } }),
  'in JSON in a string': (canary, name) => JSON.stringify({ [name]: canary, note: 'stays' }),
  'in JSON in JSON in a string': (canary, name) =>
    JSON.stringify({ a: JSON.stringify([{ [name]: canary }]) }),
  'in the query of a URL': (canary) => `https://x.io/a?page=2&AccessToken=${canary}#top`,
  'in the userinfo of a URL': (canary) => `postgres://food:${canary}@db:5432/food`,
  'in an error message': (canary) => `Login failed for bob: PassWord=${canary}, attempt 3`,
  'in a header in a message': (canary) => `401 from POST /pay, sent AUTHORIZATION: bearer ${canary}`,
  'in a key': (canary) => ({ [`Bearer ${canary}`]: 1 }),
};
const wrappings: Record<string, (inner: unknown, level: number) => unknown> = {
  objects: (inner, level) => ({ [`level_${level}`]: inner, beside: level }),
  lists: (inner, level) => [level, inner],
  both: (inner, level) => (level % 2 === 0 ? [inner] : { Nested: inner }),
};

/** One value for each depth from 1 to 20, wrapping and carrier, each with a secret of its own. */
function trees(): unknown[] {
  const values: unknown[] = [];
  for (let depth = 1; depth <= 20; depth += 1) {
    for (const [shape, wrap] of Object.entries(wrappings)) {
      for (const [where, carry] of Object.entries(carriers)) {
        const name = sensitiveKeys[(values.length * 7) % sensitiveKeys.length] ?? 'password';
        let value = carry(plant(`${where} (${name}), ${depth} levels of ${shape}`), name);
        for (let level = 1; level < depth; level += 1) value = wrap(value, level);
        values.push(value);
      }
    }
  }
  return values;
}

describe('a secret', () => {
  it('can be found where it is looked for: an innocent word gets everywhere', async () => {
    const word = 'innocentMarker42';
    const id = uuidV7();
    await post('/api/log-action', probe({ id, session_id: word, service_name: word, execution_time: 1 }));
    await post('/api/events', event({ entity_id: word, event_data: { word } }), key);
    await send({ url: `/api/actions?session_id=${word}`, headers: admin });
    test.app.log.trace(word);
    const places = await everywhere();
    const found = Object.keys(places).filter((place) => places[place]?.includes(word));
    const told = ['WebSocket', 'answers', 'log'];
    const rows = ['table action_logs', 'table business_events'];
    const kept = [...rows, 'table rollup_deltas', 'table service_metrics'];
    expect(found.sort()).toEqual([...told, ...kept]);
    const names = ['table accounts', 'table api_keys', 'table refresh_tokens'];
    expect(Object.keys(places)).toEqual(expect.arrayContaining(names));
  });

  it('of the corpus is nowhere', async () => {
    const cases: SecretCase[] = [...secretCases, ...plantedCases.map((value) => ({ value, gone: [CANARY] }))];
    const ids = await sendEveryWay(cases.map(({ value }) => value));
    const stored = await valuesById();
    const left: unknown[] = [];
    for (const [index, { value, gone }] of cases.entries()) {
      for (const id of ids[index] ?? []) {
        const text = JSON.stringify(stored.get(id));
        expect(text).toContain('[redacted]');
        if (gone.some((secret) => text.includes(secret))) left.push(value);
      }
    }
    expect(left).toEqual([]);

    // Looked for in every place: what is long enough to be no part of an id, and stands in no innocent text.
    const harmless = JSON.stringify([innocent, secretCases.map(({ kept }) => kept ?? [])]);
    const secrets = new Set(cases.flatMap(({ gone }) => gone).filter((text) => text.length >= 8));
    for (const secret of secrets) if (harmless.includes(secret)) secrets.delete(secret);
    expect(secrets.size).toBeGreaterThan(25);
    const places = await everywhere();
    const found = Object.keys(places).flatMap((place) =>
      [...secrets].filter((secret) => places[place]?.includes(secret)).map((secret) => `${place}: ${secret}`),
    );
    expect(found).toEqual([]);
  });

  it('at depth 1 to 20, in lists, in any case, in JSON in strings, in URLs, in messages is nowhere', async () => {
    const values = trees();
    expect(values).toHaveLength(600);
    await sendEveryWay(values);
    expect(leaks(await everywhere())).toEqual([]);
  });

  it('in any field of an action, an event or a metric is nowhere, stored or refused', async () => {
    const forms: Record<string, (canary: string) => string> = {
      pair: (canary) => `password=${canary}`,
      header: (canary) => `Authorization: Bearer ${canary}`,
      URL: (canary) => `https://u:${canary}@x.io/?token=${canary}`,
      JSON: (canary) => `{"Pass_Word":"${canary}"}`,
    };
    const actionFields =
      'service_name method_name action_type user_id session_id platform app_version trace_id error_message id user_type execution_time success unknown_field'.split(
        ' ',
      );
    const eventFields = 'event_type entity_type entity_id triggered_by id event_data'.split(' ');
    const kinds = [
      {
        fields: actionFields,
        one: '/api/log-action',
        many: '/api/log-actions',
        list: 'actions',
        base: probe,
      },
      { fields: eventFields, one: '/api/events', many: '/api/events/batch', list: 'events', base: event },
    ];
    for (const { fields, one, many, list, base } of kinds) {
      const items = fields.flatMap((field) =>
        Object.entries(forms).map(([form, make]) =>
          base({ [field]: make(plant(`${field} of ${list} as ${form}`)) }),
        ),
      );
      for (const item of items) expect((await post(one, item, key)).status).toBeLessThan(500);
      const { receipt } = await post(many, { [list]: items }, key);
      expect(receipt.results).toHaveLength(items.length);
    }
    const metrics = Object.entries(forms).map(([form, make]) => ({
      service_name: make(plant(`service_name of a metric as ${form}`)).slice(0, 100),
      method_name: make(plant(`method_name of a metric as ${form}`)).slice(0, 100),
      execution_time: 1,
      success: true,
    }));
    // Not by post(): metrics do not come by on the WebSocket.
    const asked = {
      method: 'POST',
      url: '/api/service-metrics',
      headers: key,
      payload: { metrics },
    } as const;
    expect((await send(asked)).json()).toMatchObject({ stored: 4 });
    expect(leaks(await everywhere())).toEqual([]);
  });

  it('in an item that is refused before it is redacted is nowhere', async () => {
    let deep: unknown = 1;
    for (let level = 0; level < 40; level += 1) deep = [deep];
    const secrets = (what: string) => ({
      id: `token=${plant(`id of an item ${what}`)}`,
      parameters: { password: plant(`parameters of an item ${what}`), deep: 1 as unknown },
    });
    const tooDeep = secrets('that is too deep');
    tooDeep.parameters.deep = deep;
    const tooLarge = secrets('that is too large');
    tooLarge.parameters.deep = 'x'.repeat(40_000);
    const actions = [probe(tooDeep), probe(tooLarge), `password=${plant('an item that is a text')}`];
    expect((await post('/api/log-actions', { actions })).receipt).toMatchObject({ rejected: 3 });
    // PostgreSQL refuses the number: the flush is bisected, and the log says why.
    const poison = JSON.stringify(probe({ parameters: { Password: plant('a poison row'), n: 'BIG' } }));
    const refused = await send({
      method: 'POST',
      url: '/api/log-action',
      headers: { 'content-type': 'application/json' },
      payload: poison.replace('"BIG"', '1e200000'),
    });
    expect(refused.statusCode).toBe(422);
    expect(leaks(await everywhere())).toEqual([]);
  });

  it('in a body that cannot be read is nowhere', async () => {
    const json = { 'content-type': 'application/json' };
    const broken = (what: string, headers: Record<string, string>, wrap: (text: string) => string | Buffer) =>
      send({
        method: 'POST',
        url: '/api/log-action',
        headers: { ...json, ...headers },
        payload: wrap(JSON.stringify(probe({ parameters: { password: plant(what) } }))),
      });
    const statuses = [
      await broken('a body that ends early', {}, (text) => text.slice(0, -20)),
      await broken('a body with a comma too many', {}, (text) => `${text.slice(0, -1)},}`),
      await broken('a bare word', {}, (text) => text.replace('"Kq7x', 'Kq7x')),
      await broken('a text', { 'content-type': 'text/plain' }, (text) => text),
      await broken('a gzip that ends early', { 'content-encoding': 'gzip' }, (text) =>
        gzipSync(text).subarray(0, -9),
      ),
      await broken('an encoding that it does not have', { 'content-encoding': 'br' }, (text) => text),
    ].map(({ statusCode }) => statusCode);
    expect(statuses.every((status) => status >= 400 && status < 500)).toBe(true);
    expect(leaks(await everywhere())).toEqual([]);
  });

  it('in a query, a path, a header or a body of our own calls is nowhere', async () => {
    const get = (url: string, headers: Record<string, string> = admin) => send({ url, headers });
    const query = (what: string) =>
      `token=${plant(`token, ${what}`)}&session_id=${encodeURIComponent(`password=${plant(`session_id, ${what}`)}`)}`;
    for (const url of [
      '/api/actions',
      '/analytics',
      '/api/analytics',
      '/api/accounts',
      '/api/api-keys',
      '/nowhere',
    ])
      await get(`${url}?${query(`query of ${url}`)}`);
    await get(`/api/actions?limit=token%3D${plant('a limit that is no number')}`);
    await get(`/api/actions?cursor=Bearer%20${plant('a cursor that is none')}`);
    await get(`/analytics/users/u_1?api_key=${plant('query of a path')}`);
    for (const name of [
      'authorization',
      'x-api-key',
      'cookie',
      'x-forwarded-for',
      'x-request-id',
      'user-agent',
      'origin',
      'referer',
      'content-type',
      'accept',
      'if-none-match',
      'traceparent',
    ]) {
      const value = `Bearer ${plant(`header ${name}`)}`;
      await get('/api/actions', { ...(name === 'x-api-key' ? {} : admin), [name]: value });
      await send({ method: 'POST', url: '/api/log-action', headers: { [name]: value }, payload: probe({}) });
    }

    const email = 'planted@example.com';
    const password = plant('the password of a new account').padEnd(12, '!');
    await send({
      method: 'POST',
      url: '/api/accounts',
      headers: admin,
      payload: { email, password, role: 'customer' },
    });
    await send({
      method: 'POST',
      url: '/api/auth/login',
      payload: { email, password: plant('a wrong password') },
    });
    await send({
      method: 'POST',
      url: '/api/auth/login',
      payload: { email: 7, password: plant('a login that is not valid') },
    });
    await send({
      method: 'POST',
      url: '/api/auth/refresh',
      payload: { refresh_token: plant('a refresh token') },
    });
    await send({
      method: 'POST',
      url: '/api/auth/logout',
      headers: { cookie: `fe_refresh=${plant('a refresh cookie')}` },
      payload: {},
    });
    // The answers of these hold what they are asked for, so they are not collected.
    const login = await test.app.inject({
      method: 'POST',
      url: '/api/auth/login',
      payload: { email, password },
    });
    const session = login.json<{ access_token: string; refresh_token: string }>();
    handedOut.push(session.access_token, session.refresh_token);
    const mine = { authorization: `Bearer ${session.access_token}` };
    const change = { current_password: password, new_password: plant('a new password').padEnd(12, '!') };
    const changed = await test.app.inject({
      method: 'POST',
      url: '/api/auth/password',
      headers: mine,
      payload: change,
    });
    expect([login.statusCode, changed.statusCode]).toEqual([200, 200]);
    handedOut.push(changed.json<{ access_token: string }>().access_token);
    handedOut.push(await test.apiKey(['read']));
    const ticket = await test.app.inject({ method: 'POST', url: '/api/live/ticket', headers: admin });
    handedOut.push(ticket.json<{ ticket: string }>().ticket);

    const refusal = await openLive(`${wsUrl}?ticket=${plant('a ticket')}`).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Refused);
    second.send({ type: 'subscribe', filter: { colour: `password=${plant('a filter')}` } });
    second.socket.send(`{"password":"${plant('a message that is no JSON')}"`);
    await expect.poll(() => second.messages.filter(({ type }) => type === 'system').length).toBe(2);

    for (const url of ['/metrics', '/docs/json', '/health/ready', '/analytics', '/api/actions?limit=500']) {
      expect((await get(url)).statusCode).toBe(200);
    }
    const places = await everywhere();
    expect(leaks(places)).toEqual([]);
    const kept = Object.keys(places).flatMap((place) =>
      handedOut.flatMap((secret, index) =>
        places[place]?.includes(secret.slice(-30)) ? [`${place}: ${index}`] : [],
      ),
    );
    expect(kept).toEqual([]);
  });
});

describe('an innocent look-alike', () => {
  it('is stored as it came: of 200, at most 2 are changed', async () => {
    const sample = innocent.slice(0, 200);
    expect(sample).toHaveLength(200);
    const ids = await sendEveryWay(sample);
    const stored = await valuesById();
    const changed = sample.filter((value, index) =>
      // An event without data has empty data.
      (ids[index] ?? []).some((id) => !isDeepStrictEqual(stored.get(id) ?? value, value)),
    );
    console.log(
      `innocent look-alikes changed: ${changed.length} of ${sample.length} ${JSON.stringify(changed)}`,
    );
    expect(changed.length).toBeLessThanOrEqual(2);
  });
});
