import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { CommitFeed } from '../../src/live/commit-feed.js';
import { LiveClient } from '../../src/live/live-client.js';
import { LiveHub } from '../../src/live/live-hub.js';
import { CommitBus } from '../../src/store/commit-bus.js';
import type { PendingRow } from '../../src/store/pending-row.js';
import { createDatabase, type TestDatabase } from '../helpers/database.js';
import type { Message } from './live-socket.js';

const REPLICA = '019ab2c4-0000-7000-8000-000000000001';

let db: TestDatabase;
let server: WebSocketServer;
let bus: CommitBus;
let hub: LiveHub;
let missed: number;
let seq = 0;
const errors: object[] = [];

beforeAll(async () => {
  db = await createDatabase();
});
afterAll(() => db.drop());

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.on('listening', resolve));
  bus = new CommitBus();
  const bounds = { messages: 4_000, length: 8_388_608 };
  const log = {
    warn: (fields: object) => errors.push(fields),
    error: (fields: object) => errors.push(fields),
  };
  hub = new LiveHub({
    openFeed: (heard) => new CommitFeed({ bus, url: db.url, replica: REPLICA, bounds, log, ...heard }),
    openTicks: () => {
      throw new Error('nobody asked for ticks');
    },
    log,
  });
  missed = 0;
});
afterEach(async () => {
  vi.useRealTimers();
  await hub.close();
  for (const socket of server.clients) socket.terminate();
  await new Promise((resolve) => server.close(resolve));
  expect(errors).toEqual([]);
  expect(await db.connections()).toBe(0);
});

/** A connected pair: the browser's end, what it received, and the server's end. */
async function connect(options = {}) {
  const served = new Promise<LiveClient>((resolve) => {
    server.once('connection', (socket) => {
      const client: LiveClient = new LiveClient({
        socket,
        feed: hub.listen(),
        onMissed: (count) => {
          missed += count;
        },
        onFilter: (current) => hub.onFilter(client, current),
      });
      hub.join(client);
      void client.greet(() => ({}));
      resolve(client);
    });
  });
  const browser = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, options);
  const messages: Message[] = [];
  browser.on('message', (data) => messages.push(JSON.parse(String(data)) as Message));
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    browser.on('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  const client = await served;
  await vi.waitFor(() => expect(messages[0]?.type).toBe('hello'), 3_000);
  return { browser, messages, closed, client };
}

let last = 0;
const rows = (count: number, bytes = 10): PendingRow[] =>
  Array.from({ length: count }, () => {
    last += 1;
    return {
      kind: 'action',
      id: `id-${last}`,
      json: JSON.stringify({ id: `id-${last}`, text: 'x'.repeat(bytes) }),
    };
  });
const commit = (some: PendingRow[]) => {
  seq += 1;
  bus.emit('committed', { seq, rows: some });
};
const idOf = ({ data }: Message) => data.id;

describe('the live hub', () => {
  it('sends four of the largest flushes, committed at once, without a gap and in order', async () => {
    const { messages } = await connect();
    const flushes = [rows(1_000), rows(1_000), rows(1_000), rows(1_000)];
    for (const flush of flushes) commit(flush);
    await vi.waitFor(() => expect(messages).toHaveLength(4_001), 5_000);
    expect(messages.slice(1).map(idOf)).toEqual(flushes.flat().map((row) => row.id));
  });

  it('leaves metrics out', async () => {
    const { messages } = await connect();
    commit([{ kind: 'metric', id: 'm', json: '{}' }, ...rows(1)]);
    await vi.waitFor(() => expect(messages).toHaveLength(2));
    expect(messages[1]?.type).toBe('action');
  });

  it('keeps 1 MiB at most for a reader that stopped, and tells it exactly what it missed', async () => {
    const { browser, messages, client } = await connect();
    browser.pause();
    const sent: PendingRow[] = [];
    for (let flush = 0; flush < 40; flush += 1) {
      const some = rows(50, 30_000);
      sent.push(...some);
      commit(some);
      await sleep(1);
      expect(client.socket.bufferedAmount).toBeLessThan(1_048_576 + 31_000);
    }
    browser.resume();
    const ids = sent.map((row) => row.id);
    await vi.waitFor(() => expect(messages.at(-1)?.data.id).toBe(ids.at(-1)), 20_000);

    // Messages and gaps together are all that was sent, in order, and each gap says from which message to which.
    let place = 0;
    for (const [index, { type, cursor, data }] of messages.entries()) {
      if (index === 0) continue;
      if (type === 'gap') {
        expect(data.from).toBe(messages[index - 1]?.cursor);
        expect(data.to).toBe(cursor);
        place += Number(data.count);
        missed -= Number(data.count);
      } else {
        expect(data.id).toBe(ids[place]);
        place += 1;
      }
    }
    expect([place, missed]).toEqual([ids.length, 0]);
    expect(messages.length).toBeLessThan(ids.length);
  });

  it('closes a reader that takes nothing for 30 s while something waits for it, and says why', async () => {
    const { browser, closed, client, messages } = await connect();
    browser.pause();
    for (let flush = 0; flush < 10; flush += 1) commit(rows(50, 30_000));
    await vi.waitFor(() => expect(client.socket.bufferedAmount).toBeGreaterThan(0));
    const now = performance.now();
    client.checkProgress(now + 29_000);
    expect(client.socket.readyState).toBe(WebSocket.OPEN);
    client.checkProgress(now + 31_000);
    expect(client.socket.readyState).toBe(WebSocket.CLOSING);
    browser.resume();
    expect(await closed).toEqual({ code: 4408, reason: 'too slow: nothing was read for 30 s' });
    expect(messages.length).toBeLessThan(500);
  });

  it('leaves a reader alone that has all, however long nothing comes', async () => {
    const { client } = await connect();
    await vi.waitFor(() => expect(client.socket.bufferedAmount).toBe(0));
    client.checkProgress(performance.now() + 3_600_000);
    expect(client.socket.readyState).toBe(WebSocket.OPEN);
  });

  it('does not let a slow reader hold another up', async () => {
    const slow = await connect();
    slow.browser.pause();
    const quick = await connect();
    for (let flush = 0; flush < 20; flush += 1) {
      commit(rows(50, 30_000));
      await vi.waitFor(() => expect(quick.messages).toHaveLength(1 + 50 * (flush + 1)), 5_000);
    }
  });

  it('cuts a peer that misses a ping, and keeps one that answers', async () => {
    const dead = await connect({ autoPong: false });
    const live = await connect();
    const ponged = new Promise((resolve) => live.client.socket.on('pong', resolve));
    for (const { client } of [dead, live]) client.beat();
    await ponged;
    for (const { client } of [dead, live]) client.beat();
    expect(await dead.closed).toEqual({ code: 4408, reason: 'no sign of life' });
    expect(live.browser.readyState).toBe(WebSocket.OPEN);
  });

  it('cuts a client that asks on and on and does not read', async () => {
    const { browser, closed } = await connect();
    browser.pause();
    for (let flush = 0; flush < 10; flush += 1) commit(rows(500, 2_000));
    const text = JSON.stringify({ type: 'subscribe', filter: { service_name: 'x'.repeat(100) } });
    const ask = setInterval(() => {
      for (let index = 0; index < 2_000; index += 1) browser.send(text);
    }, 1);
    await vi.waitFor(() => expect(server.clients.size).toBe(0), 20_000);
    clearInterval(ask);
    browser.resume();
    await closed;
  });

  it('listens to commits while somebody is there, and a minute longer', async () => {
    expect(bus.listenerCount('committed')).toBe(0);
    const first = await connect();
    const second = await connect();
    expect(bus.listenerCount('committed')).toBe(1);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    for (const { browser, closed } of [first, second]) {
      browser.close();
      await closed;
    }
    await vi.advanceTimersByTimeAsync(59_000);
    expect(bus.listenerCount('committed')).toBe(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(bus.listenerCount('committed')).toBe(0);
  });

  it('lets a client that comes back within that minute go on where it stood', async () => {
    const { browser, closed, messages } = await connect();
    const { cursor } = messages[0] as Message;
    browser.close();
    await closed;
    const meanwhile = rows(3);
    commit(meanwhile);
    const back = await connect();
    back.browser.send(JSON.stringify({ type: 'subscribe', after: cursor }));
    await vi.waitFor(() => expect(back.messages).toHaveLength(5));
    expect(back.messages.map(({ type }) => type)).toEqual(['hello', 'system', 'action', 'action', 'action']);
    expect(back.messages.slice(2).map(idOf)).toEqual(meanwhile.map(({ id }) => id));
  });
});
