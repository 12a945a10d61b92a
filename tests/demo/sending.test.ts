import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Api, Refusal, Unreachable } from '../../demo/sending/api.js';
import { play } from '../../demo/sending/pace.js';
import { Sender } from '../../demo/sending/sender.js';
import { Tally } from '../../demo/sending/tally.js';
import { itemsOf } from './plan.js';

/** A server that gives these answers, one each request, and keeps what it was sent. */
async function serve(...answers: ((response: ServerResponse, body: string) => void)[]) {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    bodies.push(body);
    (answers.length > 1 ? answers.shift() : answers[0])?.(response, body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { bodies, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const answer =
  (status: number, body: unknown = {}, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    response.writeHead(status, headers).end(JSON.stringify(body));
const storeAll = (response: ServerResponse, body: string) => {
  const [list = []] = Object.values(JSON.parse(body) as Record<string, unknown[]>);
  answer(200, { results: list.map(() => ({ status: 'stored' })) })(response);
};
const apiFor = (url: string, waits: string[] = [], patience = 5_000, signal = new AbortController().signal) =>
  new Api({ url, patience, signal, onWait: (reason) => waits.push(reason) });

describe('Api', () => {
  it('sends the same bytes again while the server is busy, away or over its limit', async () => {
    const { url, bodies } = await serve(
      answer(503, { title: 'Busy' }, { 'retry-after': '0' }),
      (response) => response.destroy(),
      answer(429, { title: 'Too many' }, { 'retry-after': '1' }),
      answer(200, { fine: true }),
    );
    const waits: string[] = [];
    const began = performance.now();
    const { body } = await apiFor(url, waits).send('POST', '/', {}, { id: 1 });
    expect(body).toEqual({ fine: true });
    expect(bodies).toEqual(new Array(4).fill('{"id":1}'));
    expect(waits).toHaveLength(3);
    expect(performance.now() - began).toBeGreaterThan(1_000);
  });

  it('does not repeat what was refused, and says why', async () => {
    const { url, bodies } = await serve(answer(401, { title: 'Unauthorized', detail: 'The key is over.' }));
    const sent = apiFor(url).send('POST', '/', {}, {});
    await expect(sent).rejects.toThrow(Refusal);
    await expect(sent).rejects.toThrow('401 Unauthorized: The key is over.');
    expect(bodies).toHaveLength(1);
  });

  it('gives up when patience is over, and at once when told to', async () => {
    const { url, bodies } = await serve(answer(503, {}, { 'retry-after': '60' }));
    await expect(apiFor(url).send('GET', '/', {})).rejects.toThrow(Unreachable);
    expect(bodies).toHaveLength(1);
    const told = apiFor(url, [], 120_000, AbortSignal.timeout(100)).send('GET', '/', {});
    await expect(told).rejects.toThrow('aborted');
  });
});

describe('Sender', () => {
  it('sends each item once, in batches of at most 100, and counts what became of it', async () => {
    const items = itemsOf({ seconds: 10 });
    const { url, bodies } = await serve(answer(503, {}, { 'retry-after': '0' }), storeAll);
    const tally = new Tally();
    await new Sender(apiFor(url), 'key', tally).send(items);
    const lists = bodies.slice(1).map((body) => Object.values(JSON.parse(body))[0] as { id: string }[]);
    expect(Math.max(...lists.map((list) => list.length))).toBe(100);
    const sent = lists.flat().map(({ id }) => id);
    expect(sent.toSorted()).toEqual(items.map(({ body }) => body.id).toSorted());
    const { action, event, metric } = tally.sent;
    expect(action + event + metric).toBe(items.length);
  });

  it('keeps the first reasons of what was rejected', async () => {
    const items = itemsOf({ seconds: 10 }).filter(({ kind }) => kind === 'event');
    const rejection = {
      status: 'rejected',
      error: { detail: 'Not valid.', errors: [{ path: 'id', message: 'is odd' }] },
    };
    const { url } = await serve((response, body) => {
      const { events } = JSON.parse(body) as { events: unknown[] };
      answer(200, { results: events.map((_, n) => (n < 2 ? rejection : { status: 'duplicate' })) })(response);
    });
    const tally = new Tally();
    await new Sender(apiFor(url), 'key', tally).send(items.slice(0, 10));
    expect(tally).toMatchObject({ rejected: 2, duplicate: 8, sent: { event: 8 } });
    expect(tally.reasons[0]).toBe(`event ${items[0]?.body.id}: Not valid.; id is odd`);
  });
});

describe('play', () => {
  const clock = { start: 0, liveFrom: 60_000, span: 120_000, speed: 60 };
  const items = itemsOf({ seconds: 2 }).map((item, n, all) => ({ ...item, at: (n / all.length) * 120_000 }));

  it('sends the past at once and the rest when it is due, in order', async () => {
    const sent: { at: number; wall: number }[] = [];
    const began = performance.now();
    await play(items.values(), {
      clock,
      signal: new AbortController().signal,
      reached: () => undefined,
      send: async (piece) => {
        for (const { at } of piece) sent.push({ at, wall: performance.now() - began });
      },
    });
    expect(sent.map(({ at }) => at)).toEqual(items.map(({ at }) => at));
    expect(sent.filter(({ at, wall }) => at > clock.liveFrom + wall * clock.speed)).toEqual([]);
    expect(sent.filter(({ at }) => at < clock.liveFrom).every(({ wall }) => wall < 500)).toBe(true);
    expect(performance.now() - began).toBeGreaterThan(990);
  });

  it('ends when told to', async () => {
    const began = performance.now();
    const told = AbortSignal.timeout(200);
    await play(items.values(), {
      clock,
      signal: told,
      reached: () => undefined,
      send: async () => undefined,
    });
    expect(performance.now() - began).toBeLessThan(900);
  });
});
