import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendJson } from '../../../src/alerts/channels/http/send-json.js';
import { guardTargets, type ResolvedAddress } from '../../../src/alerts/channels/http/target-guard.js';
import { openReceiver, type Receiver } from './receiver.js';

const NOW = Date.parse('2026-11-26T03:00:00Z');
const local = ['127.0.0.1/32'];

let receiver: Receiver;
let other: Receiver;
beforeEach(async () => {
  receiver = await openReceiver();
  other = await openReceiver();
});
afterEach(async () => {
  await receiver.close();
  await other.close();
});

const answers =
  (...addresses: string[]) =>
  async (): Promise<ResolvedAddress[]> =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

const send = (options: Partial<Parameters<typeof sendJson>[0]> = {}) =>
  sendJson({
    url: receiver.url,
    body: '{"a":"ü"}',
    headers: { 'webhook-id': 'w' },
    guard: guardTargets(local),
    signal: new AbortController().signal,
    now: NOW,
    ...options,
  });

describe('sending', () => {
  it('posts the very body and headers, and 2xx is delivered', async () => {
    receiver.answer = (response) => response.writeHead(202).end('taken');
    expect(await send()).toEqual({ result: 'delivered', status_code: 202, error: null, response: 'taken' });
    expect(receiver.requests).toMatchObject([
      {
        method: 'POST',
        path: '/hook',
        body: '{"a":"ü"}',
        headers: { 'webhook-id': 'w', 'content-type': 'application/json' },
      },
    ]);
  });

  it.each([301, 302, 303, 307, 308])(
    'takes a redirect (%i) for a failure, and does not follow it',
    async (code) => {
      receiver.answer = (response) => response.writeHead(code, { location: other.url }).end();
      expect(await send()).toMatchObject({
        result: 'retry',
        status_code: code,
        error: expect.stringContaining('not followed'),
      });
      expect(other.requests).toEqual([]);
    },
  );

  it('ends for good with 410, and asks to switch the channel off', async () => {
    receiver.answer = (response) => response.writeHead(410).end();
    expect(await send()).toMatchObject({ result: 'failed', disable: expect.stringContaining('410') });
  });

  it.each([
    ['120', 120_000],
    [new Date(NOW + 90_000).toUTCString(), 90_000],
    ['soon', undefined],
    ['-5', undefined],
  ])('heeds Retry-After (%s)', async (header, expected) => {
    receiver.answer = (response) => response.writeHead(429, { 'retry-after': header }).end();
    const outcome = await send();
    expect([outcome.result, outcome.retry_after]).toEqual(['retry', expected]);
  });

  it('reads 64 KiB of an answer without an end, and keeps its status', async () => {
    receiver.answer = (response) => {
      response.writeHead(500);
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
      };
      response.on('drain', more);
      more();
    };
    const outcome = await send();
    expect([outcome.result, outcome.status_code, outcome.response?.length]).toEqual(['retry', 500, 65_536]);
  });

  it('gives up on a receiver that does not answer in time', async () => {
    receiver.answer = () => undefined;
    expect(await send({ timeout: 150 })).toMatchObject({ result: 'retry', error: 'no answer within 0.15 s' });
  });

  it('believes a status whose body drips on until the time is over', async () => {
    receiver.answer = (response) => {
      response.writeHead(200);
      response.write('ok');
    };
    expect(await send({ timeout: 150 })).toMatchObject({ result: 'delivered', response: 'ok' });
  });

  it('tries again what nobody listens to, and what does not resolve', async () => {
    await other.close();
    expect(await send({ url: other.url })).toMatchObject({
      result: 'retry',
      error: expect.stringContaining('ECONNREFUSED'),
    });
    const nothing = guardTargets(local, async () => {
      throw new Error('getaddrinfo ENOTFOUND hook.example');
    });
    expect(await send({ url: 'http://hook.example/', guard: nothing })).toMatchObject({
      result: 'retry',
      error: expect.stringContaining('ENOTFOUND'),
    });
  });

  it('rejects when it is broken off', async () => {
    receiver.answer = () => undefined;
    const stop = new AbortController();
    const sent = send({ signal: stop.signal });
    setTimeout(() => stop.abort(), 50);
    await expect(sent).rejects.toThrow();
  });
});

describe('nothing is sent to', () => {
  const byName = (...addresses: string[]) => guardTargets(local, answers(...addresses));

  it('a name that resolves to a private address, alone or among public ones', async () => {
    for (const addresses of [
      ['10.0.0.7'],
      ['93.184.215.14', '10.0.0.7'],
      ['::ffff:10.0.0.7'],
      ['169.254.169.254'],
    ]) {
      const outcome = await send({
        url: `http://hook.example:${receiver.port}/`,
        guard: byName(...addresses),
      });
      expect(outcome).toMatchObject({
        result: 'failed',
        status_code: null,
        error: expect.stringContaining('refused: hook.example resolves to'),
      });
    }
    expect(receiver.requests).toEqual([]);
  });

  it('a name that was public when the channel was made, and is not when it connects', async () => {
    const rebinding = [['93.184.215.14'], ['127.0.0.1']];
    const guard = guardTargets([], async () => await answers(...(rebinding.shift() ?? []))());
    const url = `http://hook.example:${receiver.port}/`;
    await guard.check(url);
    expect(await send({ url, guard })).toMatchObject({
      result: 'failed',
      error: expect.stringContaining('127.0.0.1'),
    });
    expect(receiver.requests).toEqual([]);
  });

  it('an address that is private in itself, however it is spelled', async () => {
    for (const host of [
      '127.0.0.1',
      '0x7f.1',
      '2130706433',
      '[::ffff:127.0.0.1]',
      '169.254.169.254',
      'localhost',
    ]) {
      const outcome = await send({ url: `http://${host}:${receiver.port}/`, guard: guardTargets([]) });
      expect([host, outcome.result, outcome.error]).toEqual([
        host,
        'failed',
        expect.stringContaining('refused'),
      ]);
    }
    expect(receiver.requests).toEqual([]);
  });

  it('but a name that resolves to an allowed address is reached there', async () => {
    const outcome = await send({ url: `http://hook.example:${receiver.port}/`, guard: byName('127.0.0.1') });
    expect(outcome.result).toBe('delivered');
    expect(receiver.requests[0]?.headers.host).toBe(`hook.example:${receiver.port}`);
  });
});
