import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createDatabase, type TestDatabase } from '../helpers/database.js';
import { firstClientBody } from '../helpers/first-client.js';
import { type Running, residentMegabytes, startServer } from '../helpers/processes.js';

/** One hostile request, and what has to become of it. */
interface Hostile {
  /** Default: POST /api/log-action with JSON. */
  method?: string;
  path?: string;
  headers?: Record<string, string | string[]>;
  body: string | Buffer;
  /** Without a content-length. */
  chunked?: boolean;
  /** The connection may be closed before the client, which still writes, reads the answer (4 MiB, four at once: 9 in 100 and more). */
  unheard?: boolean;
  /** `stored`: 201 and the row is as below. `refused`: 4xx. `either`: one or the other. A number: exactly this. */
  answer: 'stored' | 'refused' | 'either' | number;
  /** What `parameters` must hold when it is stored: JSON that PostgreSQL itself reads, so that no digit is lost on the way here. */
  parameters?: string;
  /** Columns that must hold this when it is stored. */
  row?: Record<string, unknown>;
}

/** The first client's body with this JSON, as it stands, for its parameters. */
const action = (json: string): string =>
  JSON.stringify(firstClientBody({ parameters: 'HERE' })).replace('"HERE"', () => json);
/** The first client's body with these members, as they stand, before its own. */
const before = (members: string): string =>
  JSON.stringify(firstClientBody()).replace('{', () => `{${members},`);
const plain = JSON.stringify(firstClientBody());
const plainParameters = JSON.stringify(firstClientBody().parameters);
const arrays = (levels: number, inside = '1') => `${'['.repeat(levels)}${inside}${']'.repeat(levels)}`;
const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const kept = (json: string): Hostile => ({ body: action(json), answer: 'stored', parameters: json });
const refused = (body: string | Buffer, headers: Hostile['headers'] = {}): Hostile => ({
  body,
  headers,
  answer: 'refused',
});
const whole = (fields: Omit<Hostile, 'answer' | 'parameters'>): Hostile => ({
  ...fields,
  answer: 'stored',
  parameters: plainParameters,
});
const typed = (type: string | string[]): Hostile => ({
  body: plain,
  headers: { 'content-type': type },
  answer: 'either',
  parameters: plainParameters,
});
const MEBIBYTE = 1_048_576;
const mebibyteAnd = (more: number) => plain + ' '.repeat(MEBIBYTE + more - Buffer.byteLength(plain));
/** 64 MiB of zeros: 1,000 to 1 in gzip, 1,000,000 to 1 in brotli. */
const zeros = action(`"${'0'.repeat(64 * MEBIBYTE)}"`);
const fast = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
const gzip = { 'content-encoding': 'gzip' };
const br = { 'content-encoding': 'br' };
const thousands = (count: number) =>
  `{${Array.from({ length: count }, (_, index) => `"k${index}":${index}`).join()}}`;

const nesting: Record<string, Hostile> = {
  '100,000 arrays for parameters': refused(action(arrays(100_000))),
  '100,000 objects for parameters': refused(action(objects(100_000))),
  '100,000 arrays that nobody closes': refused('['.repeat(100_000)),
  '100,000 arrays and nothing else': refused(arrays(100_000)),
  '100,000 objects in response_data': refused(
    JSON.stringify(firstClientBody({ response_data: 'HERE' })).replace('"HERE"', objects(100_000)),
  ),
  '100,000 arrays in a field that is no field': refused(before(`"unknown":${arrays(100_000)}`)),
  '100,000 arrays for a batch': {
    ...refused(`{"actions":${arrays(100_000)}}`),
    path: '/api/log-actions',
    answer: 'either',
  },
  '100,000 arrays with a number that no double holds': refused(
    action(arrays(100_000, '123456789012345678901234567890')),
  ),
  '200,000 empty arrays side by side': refused(action(`[${'[],'.repeat(200_000)}1]`)),
  '15,000 arrays of JSON in a string': kept(JSON.stringify(arrays(15_000))),
  '12 layers of JSON in JSON': kept(
    Array.from({ length: 12 }).reduce<string>((inner) => JSON.stringify(inner), '1'),
  ),
  '10,000 keys': refused(action(thousands(10_000))),
  '2,500 keys': kept(thousands(2_500)),
  '10,000 keys beside the fields': refused(before(thousands(10_000).slice(1, -1))),
};

const compressed: Record<string, Hostile> = {
  'a gzip bomb': { ...refused(gzipSync(zeros), gzip), answer: 413 },
  'a brotli bomb': { ...refused(brotliCompressSync(zeros, fast), br), answer: 413 },
  'a gzip bomb to a batch': { ...refused(gzipSync(zeros), gzip), path: '/api/log-actions', answer: 413 },
  'a gzip bomb without a length': { ...refused(gzipSync(zeros), gzip), chunked: true, answer: 413 },
  'gzip in gzip': refused(gzipSync(gzipSync(plain)), gzip),
  'gzip in gzip, said so': refused(gzipSync(gzipSync(plain)), { 'content-encoding': 'gzip, gzip' }),
  'gzip that ends early': refused(gzipSync(plain).subarray(0, -12), gzip),
  'gzip that is none': refused(plain, gzip),
  'gzip of nothing': refused(gzipSync(''), gzip),
  'no byte of gzip': refused('', gzip),
  'gzip and then rubbish': {
    ...whole({ body: Buffer.concat([gzipSync(plain), Buffer.from('rubbish')]), headers: gzip }),
    answer: 'either',
  },
  'gzip with a wrong checksum': refused(
    Buffer.concat([gzipSync(plain).subarray(0, -8), Buffer.alloc(8)]),
    gzip,
  ),
  'brotli that is none': refused(plain, br),
  deflate: refused(deflateSync(plain), { 'content-encoding': 'deflate' }),
  'an encoding that nobody knows': refused(plain, { 'content-encoding': 'snappy' }),
  'an encoding without a name': {
    ...whole({ body: plain, headers: { 'content-encoding': '' } }),
    answer: 'either',
  },
  'the encoding identity': {
    ...whole({ body: plain, headers: { 'content-encoding': 'identity' } }),
    answer: 'either',
  },
  'GZIP in capitals': {
    ...whole({ body: gzipSync(plain), headers: { 'content-encoding': 'GZIP' } }),
    answer: 'either',
  },
  'honest gzip': whole({ body: gzipSync(plain), headers: gzip }),
  'honest brotli': whole({ body: brotliCompressSync(plain), headers: br }),
};

const sizes: Record<string, Hostile> = {
  '1 MiB': whole({ body: mebibyteAnd(0) }),
  '1 MiB and 1 byte': { body: mebibyteAnd(1), answer: 413 },
  '1 MiB without a length': whole({ body: mebibyteAnd(0), chunked: true }),
  '1 MiB and 1 byte without a length': { body: mebibyteAnd(1), chunked: true, answer: 413 },
  '4 MiB': { body: mebibyteAnd(3 * MEBIBYTE), answer: 413, unheard: true },
  '4 MiB without a length': { body: mebibyteAnd(3 * MEBIBYTE), chunked: true, answer: 413, unheard: true },
  'a service name of 1,000,000 characters': refused(
    JSON.stringify(firstClientBody({ service_name: 'x'.repeat(1_000_000) })),
  ),
  'a service name of 101': refused(JSON.stringify(firstClientBody({ service_name: 'x'.repeat(101) }))),
  'a key of 30,000': kept(`{"${'k'.repeat(30_000)}":1}`),
  'an error message of 30,000': whole({
    body: JSON.stringify(firstClientBody({ error_message: 'x '.repeat(15_000) })),
  }),
  nothing: refused(''),
  'nothing, without a length': { ...refused(''), chunked: true },
  'white space': refused(' \n\t '),
  'a body on GET': { ...refused(plain), method: 'GET', answer: 404 },
  'a body on a GET that answers': { ...refused(plain), method: 'GET', path: '/health/live', answer: 200 },
  'a hostile body on a GET that answers': {
    ...refused(arrays(100_000)),
    method: 'GET',
    path: '/health/live',
    answer: 200,
  },
  'a body on DELETE': { ...refused(plain), method: 'DELETE' },
};

const texts: Record<string, Hostile> = {
  NUL: { body: action('{"a\\u0000b":"c\\u0000d"}'), answer: 'stored', parameters: '{"a\uFFFDb":"c\uFFFDd"}' },
  'lone surrogates': {
    body: action('["\\ud800","\\udc00x","\\udc00\\ud800","\\ud83d\\ude00"]'),
    answer: 'stored',
    parameters: '["\uFFFD","\uFFFDx","\uFFFD\uFFFD","😀"]',
  },
  'NUL and half a surrogate in every field': {
    body: JSON.stringify(
      firstClientBody({
        user_id: 'u\0',
        session_id: '\ud800',
        error_message: '\0\udc00',
        action_type: 'a\0',
      }),
    ),
    answer: 'stored',
    row: { user_id: 'u\uFFFD', session_id: '\uFFFD', error_message: '\uFFFD\uFFFD', action_type: 'a\uFFFD' },
  },
  'NUL beside a number that no double holds': {
    body: action('{"a\\u0000":123456789012345678901234567890,"b":"\\ud800"}'),
    answer: 'stored',
    parameters: '{"a\uFFFD":123456789012345678901234567890,"b":"\uFFFD"}',
  },
  'NUL as it is': refused(action('"a\0b"')),
  'keys that are one once they are mended': { body: action('{"a\\u0000":1,"a\\ud800":2}'), answer: 'either' },
  'bytes that are no UTF-8': {
    body: Buffer.from(action('"\u00ff\u00fe\u00c3"').replace('Kadıköy', 'Kadikoy'), 'latin1'),
    answer: 'either',
    parameters: '"\uFFFD\uFFFD\uFFFD"',
  },
  'UTF-16': refused(Buffer.from(plain, 'utf16le')),
  'a byte-order mark': whole({ body: `\uFEFF${plain}` }),
  'two byte-order marks': refused(`\uFEFF\uFEFF${plain}`),
  'text behind the JSON': refused(`${plain}${plain}`),
  'a comma too many': refused(plain.replace(/}$/, ',}')),
  'a comment': refused(`/* hello */${plain}`),
  NaN: refused(action('NaN')),
  Infinity: refused(action('-Infinity')),
  'single quotes': refused(plain.replaceAll('"', "'")),
};

const keys: Record<string, Hostile> = {
  '__proto__ beside the fields': {
    ...whole({ body: before('"__proto__":{"user_id":"root","user_type":"admin","identity":"service"}') }),
    row: { user_id: 'u_17', user_type: null, identity: 'anonymous' },
  },
  '__proto__ instead of the fields': refused(`{"__proto__":${plain}}`),
  '__proto__ beside the fields and a number that no double holds': {
    ...whole({ body: before('"__proto__":{"user_type":"admin","n":123456789012345678901234567890}') }),
    row: { user_type: null },
  },
  'constructor beside the fields': {
    ...whole({
      body: before(
        '"constructor":{"prototype":{"user_type":"admin"}},"prototype":1,"hasOwnProperty":1,"toString":1,"toJSON":1,"then":1',
      ),
    }),
    row: { user_type: null },
  },
  '__proto__ in parameters': kept('{"__proto__":{"admin":true},"a":{"__proto__":null,"__defineGetter__":1}}'),
  'constructor in parameters': kept(
    '{"constructor":{"prototype":{"admin":true}},"toJSON":{},"toString":1,"valueOf":[],"hasOwnProperty":0,"then":{}}',
  ),
  '__proto__ and a number that no double holds': kept(
    '{"__proto__":{"n":123456789012345678901234567890},"constructor":1e400}',
  ),
  'what a JSON library takes for a number of its own': kept(
    '{"isLosslessNumber":true,"value":"1}","n":123456789012345678901234567890,"$numberLong":"1","type":"Buffer","data":[1]}',
  ),
  'the same key twice': { body: action('{"a":1,"a":2}'), answer: 'stored', parameters: '{"a":2}' },
  'the same key twice, with a number that no double holds': {
    body: action('{"a":1,"a":123456789012345678901234567890,"a":{"b":1},"b":1e400,"b":2e400}'),
    answer: 'stored',
    parameters: '{"a":{"b":1},"b":2e400}',
  },
  'the same field twice': {
    ...whole({ body: before('"user_id":"root","success":"no"') }),
    row: { user_id: 'u_17', success: true },
  },
  'keys that are empty or odd': kept(
    '{"":1," ":2,"$ne":3,"a.b":4,"\'; DROP TABLE action_logs; --":5,"0":6,"-1":7,"length":8}',
  ),
  'a field that is SQL': {
    body: JSON.stringify(
      firstClientBody({ user_id: `'); DROP TABLE action_logs; --`, session_id: '$1::int' }),
    ),
    answer: 'stored',
    row: { user_id: `'); DROP TABLE action_logs; --`, session_id: '$1::int' },
  },
};

const numbers: Record<string, Hostile> = {
  'beyond double': kept('[1e400,-1e400,1e-400,-1e-400,1e309,4.9e-325]'),
  'of 30 digits': kept(
    '[123456789012345678901234567890,-123456789012345678901234567890,0.123456789012345678901234567890]',
  ),
  'at the edge of double': kept(
    '[9007199254740993,1.7976931348623157e308,5e-324,0.1,1E+22,1e-7,123456789012345.67890]',
  ),
  '-0': kept('[-0,-0.0,0e10,-0e-5]'),
  'of 1,000 digits': kept(
    `[${'9'.repeat(1_000)},0.${'1'.repeat(1_000)},${'7'.repeat(500)}.${'3'.repeat(500)}]`,
  ),
  'beyond PostgreSQL': refused(action('1e999999')),
  'far beyond PostgreSQL': refused(action('[1,{"a":-1e99999999999999999999}]')),
  'too small for PostgreSQL': { body: action('1e-999999'), answer: 'either', parameters: '0' },
  'in an action_type': refused(
    JSON.stringify(firstClientBody({ action_type: 'HERE' })).replace('"HERE"', '1e400'),
  ),
  'for success': refused(plain.replace('"success":true', '"success":123456789012345678901234567890')),
  'for the time it took': refused(before('"execution_time":1e400')),
  'below zero for the time it took': refused(before('"execution_time":-1e-400')),
  'the largest double for the time it took': {
    ...whole({ body: before('"execution_time":1.7976931348623157e308') }),
    answer: 'either',
    row: { execution_time: 1.7976931348623157e308 },
  },
  'the smallest double for the time it took': {
    ...whole({ body: before('"execution_time":5e-324') }),
    row: { execution_time: 5e-324 },
  },
  '-0 for the time it took': {
    ...whole({ body: before('"execution_time":-0') }),
    row: { execution_time: 0 },
  },
  'too exact for the time it took': {
    ...whole({ body: before('"execution_time":0.1000000000000000055511151231257827') }),
    answer: 'either',
    row: { execution_time: 0.1 },
  },
};

const types: Record<string, Hostile> = Object.fromEntries([
  ...[
    'Application/JSON',
    'APPLICATION/JSON; CHARSET=UTF-8',
    'application/json;charset=utf-8',
    '  application/json  ',
  ].map((type) => [type, whole({ body: plain, headers: { 'content-type': type } })]),
  ...[
    'text/plain',
    'text/json',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/json-seq',
    'nonsense',
    '/',
    ';',
    '*/*',
    'text/html;application/json',
    '__proto__',
    'constructor',
  ].map((type) => [type, { ...refused(plain, { 'content-type': type }), answer: 415 }]),
  ...[
    'application/json;',
    'application/json; charset=utf-16',
    'application/json; charset="utf-8"; charset=latin1',
    'application/json, text/plain',
    'application/vnd.api+json',
    '',
    `application/json; x=${'y'.repeat(4_000)}`,
  ].map((type) => [type.slice(0, 60) || 'none', typed(type)]),
  ['two', typed(['application/json', 'text/plain'])],
]);

/** 500 actions with one of each hostile kind: what may not be stored, and the rest. */
const inBatch: Record<string, { json: string; parameters?: string; stored: boolean }> = {
  NUL: { json: action('"a\\u0000"'), parameters: '"a\uFFFD"', stored: true },
  'a lone surrogate': { json: action('"\\udc00"'), parameters: '"\uFFFD"', stored: true },
  __proto__: { json: before('"__proto__":{"user_type":"admin"}'), parameters: plainParameters, stored: true },
  '__proto__ in parameters': {
    json: action('{"__proto__":[]}'),
    parameters: '{"__proto__":[]}',
    stored: true,
  },
  'equal keys': { json: action('{"a":1,"a":2}'), parameters: '{"a":2}', stored: true },
  '30 digits': {
    json: action('123456789012345678901234567890'),
    parameters: '123456789012345678901234567890',
    stored: true,
  },
  'beyond double': { json: action('[1e400,1e-400]'), parameters: '[1e400,1e-400]', stored: true },
  '-0': { json: action('-0'), parameters: '0', stored: true },
  'JSON in a string': {
    json: action(JSON.stringify(arrays(10_000))),
    parameters: JSON.stringify(arrays(10_000)),
    stored: true,
  },
  'beyond PostgreSQL': { json: action('1e999999'), stored: false },
  'nested deep': { json: action(arrays(1_000)), stored: false },
  'too many keys': { json: action(thousands(10_000)), stored: false },
  'a long name': {
    json: JSON.stringify(firstClientBody({ service_name: 'x'.repeat(10_000) })),
    stored: false,
  },
  'no action': { json: '[]', stored: false },
  null: { json: 'null', stored: false },
  'a number': { json: '1e400', stored: false },
  'no fields': { json: '{}', stored: false },
};
const batchOf = (hostile: readonly string[]) => {
  const items = Array.from({ length: 500 }, () => plain);
  for (const [index, json] of hostile.entries()) items[index * 20 + 7] = json;
  return `{"actions":[${items.join()}]}`;
};
const batch: Hostile = {
  path: '/api/log-actions',
  body: batchOf(Object.values(inBatch).map(({ json }) => json)),
  answer: 200,
};

let db: TestDatabase;
let server: Running;
/** The slowest answer of all, in ms. */
let slowest = { what: '', took: 0 };

beforeAll(async () => {
  db = await createDatabase();
  // A process of its own: its memory is the service's and nobody else's, and its clock is not held up by who sends.
  server = await startServer({
    args: ['--inspect=127.0.0.1:0', '--import', 'tsx', 'src/server.ts'],
    env: {
      DATABASE_URL: db.url,
      JWT_SECRET: 'test-secret-of-at-least-32-bytes!',
      ADMIN_EMAIL: 'admin@example.com',
      ADMIN_PASSWORD: 'correct horse battery staple',
      RATE_LIMIT: 'off',
      LOG_LEVEL: 'info',
    },
    ready: 'is ready at',
  });
});
afterAll(async () => {
  await server?.stop();
  await db.drop();
});

interface Answer {
  status: number;
  type: string;
  body: string;
}

/** Sends one request on a connection of its own. An answer that comes before the whole body is sent counts, as long as it can be read. */
function send({
  method = 'POST',
  path = '/api/log-action',
  headers = {},
  body,
  chunked,
}: Omit<Hostile, 'answer'>): Promise<Answer> {
  const length = chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const options = {
      method,
      agent: false,
      headers: { 'content-type': 'application/json', ...length, ...headers },
    };
    const outgoing = request(`${server.url}${path}`, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? '',
          body: text,
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Writes bytes as they are, hangs up its own half, and returns all that was answered. */
async function sendRaw(text: string): Promise<string> {
  const { port } = new URL(server.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.end(text);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
}

/** Undefined for a body so large that nobody reads its answer: refused all the same. */
const sendOversize = (hostile: Hostile): Promise<Answer | undefined> =>
  send(hostile).catch((error: unknown) => {
    if (!hostile.unheard) throw error;
    return undefined;
  });

/**
 * Resident MB with the garbage collected, as a debugger does it: the heap may grow to GiBs before V8 thinks it worth the while, and swings by 100 MB
 * from one collection to the next, which says nothing of what is kept. The least of 5 readings over 1 s.
 */
async function residentAtRest(): Promise<number> {
  const address = /Debugger listening on (ws:\S+)/.exec(server.output())?.[1] ?? '';
  const inspector = new WebSocket(address);
  await once(inspector, 'open');
  let least = Number.POSITIVE_INFINITY;
  for (let reading = 0; reading < 5; reading += 1) {
    inspector.send(JSON.stringify({ id: reading, method: 'HeapProfiler.collectGarbage' }));
    await once(inspector, 'message');
    await sleep(200);
    least = Math.min(least, (await residentMegabytes(server.pid)).now);
  }
  inspector.close();
  await once(inspector, 'close');
  return least;
}

/** User and system time that a process has used so far (Linux: 100 ticks a second). */
const cpuMilliseconds = async (pid: number): Promise<number> => {
  const [user, system] =
    (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ').slice(11) ?? [];
  return (Number(user) + Number(system)) * 10;
};

const timed = async <T>(what: string, ask: () => Promise<T>): Promise<T> => {
  const started = performance.now();
  const answer = await ask();
  const took = performance.now() - started;
  if (took > slowest.took) slowest = { what, took };
  return answer;
};

const expectNormal = async () => {
  expect((await send({ body: plain })).status).toBe(201);
};

/** What a row holds, numbers compared by PostgreSQL to the last digit. */
const rowOf = async (id: string, parameters = 'null') => {
  const [row] = await db.query<Record<string, unknown>>(
    'SELECT *, parameters::jsonb = $2::jsonb AS faithful, parameters::text AS json FROM action_logs WHERE id = $1',
    [id, parameters],
  );
  return row;
};

async function check(what: string, hostile: Hostile): Promise<void> {
  const answer = await timed(what, () => sendOversize(hostile));
  if (!answer) return expectNormal();
  const { status, type, body } = answer;
  expect(status, body).toBeLessThan(500);
  if (typeof hostile.answer === 'number') expect(status, body).toBe(hostile.answer);
  if (hostile.answer === 'refused') expect(status, body).toBeGreaterThanOrEqual(400);
  if (hostile.answer === 'stored') expect(status, body).toBe(201);
  if (status >= 400) {
    expect(type).toBe('application/problem+json; charset=utf-8');
    expect(JSON.parse(body)).toMatchObject({ type: expect.stringMatching(/^\/problems\//), status });
  } else if (hostile.answer === 'stored' || hostile.answer === 'either') {
    const row = await rowOf(JSON.parse(body).id, hostile.parameters);
    expect(row).toMatchObject(hostile.row ?? {});
    if (hostile.parameters !== undefined) expect(row?.faithful, String(row?.json)).toBe(true);
  }
  await expectNormal();
}

const kinds = { nesting, compressed, sizes, texts, keys, numbers, types };

describe.each(Object.entries(kinds))('hostile bodies: %s', (kind, cases) => {
  it.each(Object.entries(cases))('%s: stored as it is or refused, and life goes on', (name, hostile) =>
    check(`${kind}: ${name}`, hostile),
  );
});

describe('a batch of 500 with one of each', () => {
  it('loses those alone that nobody can store', async () => {
    const { status, body } = await timed('batch', () => send(batch));
    expect(status, body).toBe(200);
    const { results, stored, rejected } = JSON.parse(body) as {
      results: { id: string; status: string }[];
      stored: number;
      rejected: number;
    };
    const bad = Object.values(inBatch).filter((item) => !item.stored).length;
    expect([results.length, stored, rejected]).toEqual([500, 500 - bad, bad]);
    for (const [index, [name, item]] of Object.entries(inBatch).entries()) {
      const result = results[index * 20 + 7];
      expect([name, result?.status]).toEqual([name, item.stored ? 'stored' : 'rejected']);
      if (item.stored)
        expect([name, (await rowOf(result?.id ?? '', item.parameters))?.faithful]).toEqual([name, true]);
    }
    await expectNormal();
  });

  it('keeps every digit of the others when one is nested 100,000 deep', async () => {
    const digits = '123456789012345678901234567890';
    const { status, body } = await timed('deep batch', () =>
      send({
        ...batch,
        body: batchOf([action(digits), action(arrays(100_000))]),
      }),
    );
    expect(status, body).toBe(200);
    const { results } = JSON.parse(body) as { results: { id: string; status: string }[] };
    expect([results[7]?.status, results[27]?.status]).toEqual(['stored', 'rejected']);
    expect((await rowOf(results[7]?.id ?? '', digits))?.json).toBe(digits);
  });
});

describe('a number that is short to send and long to read', () => {
  it('does not make a small action a large row: at most 100 times its size', async () => {
    const body = action(`[${Array.from({ length: 100 }, () => '1e131071').join()}]`);
    const { status, body: answer } = await timed('long number', () => send({ body }));
    expect(status, answer).toBeLessThan(500);
    if (status === 201) {
      const json = String((await rowOf(JSON.parse(answer).id))?.json);
      await db.query('DELETE FROM action_logs WHERE id = $1', [JSON.parse(answer).id]);
      expect(json.length).toBeLessThan(body.length * 100);
    }
  });
});

describe('a content-length that lies', () => {
  const head = (headers: string) =>
    `POST /api/log-action HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n${headers}\r\n\r\n`;
  it.each([
    ['that is too long', `${head(`Content-Length: ${plain.length + 100}`)}${plain}`],
    ['that is too short', `${head(`Content-Length: ${plain.length - 10}`)}${plain}`],
    ['that is 0', `${head('Content-Length: 0')}${plain}`],
    ['that is no number', `${head('Content-Length: many')}${plain}`],
    ['that is negative', `${head('Content-Length: -1')}${plain}`],
    ['beyond double', `${head(`Content-Length: ${'9'.repeat(400)}`)}${plain}`],
    ['beside chunks', `${head('Content-Length: 5\r\nTransfer-Encoding: chunked')}0\r\n\r\n${plain}`],
    ['twice', `${head(`Content-Length: ${plain.length}\r\nContent-Length: 5`)}${plain}`],
    ['and chunks that are none', `${head('Transfer-Encoding: chunked')}zz\r\n${plain}\r\n0\r\n\r\n`],
    ['and a chunk that never ends', `${head('Transfer-Encoding: chunked')}ffffff\r\n${plain}`],
  ])('%s is 4xx or no answer, stores nothing, and life goes on', async (_, text) => {
    const count = async () =>
      (await db.query<{ n: number }>('SELECT count(*)::int AS n FROM action_logs'))[0]?.n;
    const stored = await count();
    const statuses = [...(await sendRaw(text)).matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) =>
      Number(status),
    );
    expect(statuses.filter((status) => status < 400 || status >= 500)).toEqual([]);
    expect(await count()).toBe(stored);
    await expectNormal();
  });
});

describe('after all of it', () => {
  it('everything can be read back, and nothing was logged as an error', async () => {
    const login = await send({
      path: '/api/auth/login',
      body: '{"email":"admin@example.com","password":"correct horse battery staple"}',
    });
    const authorization = `Bearer ${JSON.parse(login.body).access_token}`;
    for (const path of [
      '/api/actions?limit=500',
      '/analytics',
      '/analytics/users/u_17',
      '/metrics',
      '/health/ready',
    ]) {
      const { status, body } = await send({ method: 'GET', path, headers: { authorization }, body: '' });
      expect([path, status, body.length > 0]).toEqual([path, 200, true]);
    }
    expect(server.output()).not.toMatch(/"level":"(?:error|fatal)"/);
  });

  it('memory is bounded: each one 20 times more takes less than 50 MB', async () => {
    const all = [
      ...Object.values(kinds).flatMap((cases) => Object.entries(cases)),
      ['batch', batch] as [string, Hostile],
    ];
    const round = async () => {
      // Four at once: what one request holds is there four times, as it would be on a bad day.
      const waiting = [...all];
      const sender = async () => {
        for (let next = waiting.pop(); next; next = waiting.pop()) await sendOversize(next[1]);
      };
      await Promise.all([sender(), sender(), sender(), sender()]);
    };
    // Compiled code, pools and the heap's own reserve come with the first rounds, whatever is sent.
    for (let warming = 0; warming < 3; warming += 1) await round();
    const before = await residentAtRest();
    const first = `${slowest.took.toFixed(0)} ms (${slowest.what})`;
    for (let again = 0; again < 20; again += 1) await round();
    const after = await residentAtRest();
    const { peak } = await residentMegabytes(server.pid);
    slowest = { what: '', took: 0 };
    for (const [what, hostile] of all) await timed(what, () => sendOversize(hostile));
    console.log(
      `resident: ${before.toFixed(0)} MB, after 20 rounds of ${all.length} ${after.toFixed(0)} MB, peak ${peak.toFixed(0)} MB; ` +
        `slowest the first time ${first}, now ${slowest.took.toFixed(0)} ms (${slowest.what})`,
    );
    expect(after - before).toBeLessThan(50);
    await expectNormal();
  }, 240_000);

  it('a bomb costs nothing any more once it is refused', async () => {
    // 15 members of 64 MiB each are one gzip of nearly 1 GiB, in less than 1 MiB.
    const body = Buffer.concat(Array.from({ length: 15 }, () => gzipSync(zeros)));
    expect(body.length).toBeLessThan(MEBIBYTE);
    const bomb = { body, headers: gzip };
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(bomb)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(413));
    const spent = await cpuMilliseconds(server.pid);
    await sleep(1_000);
    // Not how long, but how much work: inflating the rest would keep a core busy for some 0.4 s each.
    expect((await cpuMilliseconds(server.pid)) - spent).toBeLessThan(300);
    await expectNormal();
  });
});
