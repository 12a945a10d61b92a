import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { firstClientBody } from '../helpers/first-client.js';
import { openLive } from './live-socket.js';

let test: TestApp;
let port: number;
beforeAll(async () => {
  test = await buildTestApp();
  await test.app.listen({ port: 0, host: '127.0.0.1' });
  port = (test.app.server.address() as AddressInfo).port;
});

let closed = false;
afterAll(() => (closed ? undefined : test.close()));

/** Sends requests over one plain connection and reads until as many answers have come. */
async function exchange(requests: string[], answers: number): Promise<string[]> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  const statuses = () => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status ?? '');
  try {
    for (const [index, request] of requests.entries()) {
      socket.write(request);
      await new Promise<void>((resolve, reject) => {
        const look = () => statuses().length > Math.min(index, answers - 1) && resolve();
        socket.on('data', (chunk) => {
          text += String(chunk);
          look();
        });
        socket.on('close', () => reject(new Error(`closed after ${JSON.stringify(text)}`)));
        look();
      });
      socket.removeAllListeners('data');
    }
    return statuses();
  } finally {
    socket.destroy();
  }
}

const upgradeHead = (line: string, protocol: string, more = '') =>
  `${line} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: ${protocol}\r\n` +
  `HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n${more}\r\n`;

describe('beside the live feed', () => {
  it('a POST that offers HTTP/2, as Java’s client does, is answered, body and all', async () => {
    const body = JSON.stringify(firstClientBody({ method_name: 'şifreli ödeme' }));
    const head = `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
    const request = upgradeHead('POST /api/log-action', 'h2c', head) + body;
    // Twice over one connection: it stays an ordinary keep-alive connection.
    expect(await exchange([request, request], 2)).toEqual(['201', '201']);
    const rows = await test.db.query('SELECT 1 FROM action_logs WHERE method_name = $1', ['şifreli ödeme']);
    expect(rows).toHaveLength(2);
  });

  it('an upgrade to WebSocket anywhere else is an ordinary request', async () => {
    const requests = ['GET /health/live', 'GET /nowhere', 'POST /ws/action-tracking'].map((line) =>
      upgradeHead(line, 'websocket'),
    );
    expect(await exchange(requests, 3)).toEqual(['200', '404', '404']);
  });
});

describe('an upgrade that is refused', () => {
  it('is answered, and its connection ended', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(
      upgradeHead(
        'GET /ws/action-tracking',
        'websocket',
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n',
      ),
    );
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 401 /);
    expect(text).toContain('/problems/unauthenticated');
  });
});

describe('closing', () => {
  it('tells every watcher, and waits for none that does not answer', { timeout: 15_000 }, async () => {
    const authorization = `Bearer ${await test.adminToken()}`;
    const url = `ws://127.0.0.1:${port}/ws/action-tracking`;
    const [first, second, frozen] = await Promise.all([
      openLive(url, { authorization }),
      openLive(url, { authorization }),
      openLive(url, { authorization }),
    ]);
    frozen.socket.pause();
    closed = true;
    // Rejects when a connection to the database was left open, too.
    await test.close();
    expect(await Promise.all([first.closed, second.closed])).toEqual([
      { code: 1001, reason: 'the service is closing' },
      { code: 1001, reason: 'the service is closing' },
    ]);
    frozen.socket.terminate();
  });
});
