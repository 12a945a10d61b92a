import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Notice } from '../../src/contract/alert.js';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';
import { openLive } from '../live/live-socket.js';
import { type MailServer, openMailServer, partOf, subjectOf } from './channels/mail-server.js';
import { openReceiver, type Receiver } from './channels/receiver.js';

/** Two replicas, each with its engine and its delivery worker, as they run for people. */
let replicas: TestApp[];
let mail: MailServer;
let receiver: Receiver;
let headers: Record<string, string>;
beforeAll(async () => {
  mail = await openMailServer();
  receiver = await openReceiver();
  const config = { ALLOW_PRIVATE_TARGETS: ['127.0.0.1/32'], SMTP_URL: mail.url };
  const one = await buildTestApp({ config });
  replicas = [one, await buildTestApp({ config, db: one.db })];
  for (const { app } of replicas) {
    await app.listen({ port: 0, host: '127.0.0.1' });
    app.alertEngine.start();
    app.deliveryWorker.start();
  }
  headers = { authorization: `Bearer ${await one.adminToken()}` };
});
afterAll(async () => {
  const [one, two] = replicas;
  await two?.app.close();
  await two?.app.database.close();
  await one?.close();
  await mail.close();
  await receiver.close();
});

const post = async <T>(url: string, payload: object, by = headers) => {
  const response = await replicas[0]?.app.inject({ method: 'POST', url: `/api${url}`, headers: by, payload });
  expect(response?.statusCode, response?.body).toBe(201);
  return response?.json<T>() as T;
};

it('an order that waits is told once by webhook, by mail and to whoever watches at any replica, and so is its acceptance', async () => {
  const hook = await post<{ id: string; secret: string }>('/channels', {
    kind: 'webhook',
    name: 'desk',
    url: receiver.url,
  });
  const box = await post<{ id: string }>('/channels', {
    kind: 'email',
    name: 'duty',
    addresses: ['duty@example.com'],
  });
  await post('/alert-rules', {
    name: 'Not accepted',
    severity: 'critical',
    condition: { kind: 'stuck_order', after: 'placed', without: 'accepted', minutes: 0.05 },
    channels: [hook.id, box.id],
  });
  const { key } = await post<{ key: string }>('/api-keys', { name: 'orders', scopes: ['ingest'] });
  const watching = await Promise.all(
    replicas.map(async ({ app }) => {
      const { port } = app.server.address() as AddressInfo;
      const live = await openLive(`ws://127.0.0.1:${port}/ws/action-tracking`, headers);
      live.send({ type: 'subscribe', filter: { types: ['alert'] } });
      await live.find(({ data }) => 'subscribed' in data);
      return live;
    }),
  );
  const send = (event_type: string) =>
    post(
      '/events',
      {
        ...{ event_type, entity_type: 'order', entity_id: 'o_waits' },
        event_data: { restaurant_id: 'r_1', customer_id: 'u_1', amount: 20, currency: 'TRY' },
      },
      { 'x-api-key': key },
    );
  const told = (count: number) =>
    expect
      .poll(() => [receiver.requests.length, mail.mails.length], { timeout: 40_000 })
      .toEqual([count, count]);

  await send('order_placed');
  await told(1);
  await send('order_accepted');
  await told(2);
  // Two engines, two workers: a second telling would come within the next step.
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  await told(2);

  const webhook = new Webhook(hook.secret);
  const notices = receiver.requests.map(
    ({ body, headers: sent }) => webhook.verify(body, sent as Record<string, string>) as Notice,
  );
  expect(notices.map(({ type, data }) => [type, data.status, data.group.order_id])).toEqual([
    ['alert.fired', 'firing', 'o_waits'],
    ['alert.resolved', 'resolved', 'o_waits'],
  ]);
  const [firing, resolved] = notices;
  expect(resolved?.data.id).toBe(firing?.data.id);
  expect(mail.mails.map(({ to }) => to)).toEqual([['duty@example.com'], ['duty@example.com']]);
  for (const [index, received] of mail.mails.entries()) {
    expect(subjectOf(received)).toContain('Not accepted');
    for (const type of ['text/plain', 'text/html'])
      expect(partOf(received, type)).toContain(notices[index]?.data.summary.slice(0, 20));
  }
  for (const { messages, socket, closed } of watching) {
    const alerts = messages.filter(({ type }) => type === 'alert');
    expect(alerts.map(({ data }) => [data.id, data.status])).toEqual([
      [firing?.data.id, 'firing'],
      [firing?.data.id, 'resolved'],
    ]);
    socket.close();
    await closed;
  }
}, 90_000);
