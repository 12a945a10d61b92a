import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { queueDeliveries } from '../../../src/alerts/channels/queue-deliveries.js';
import type { ChannelView } from '../../../src/contract/channel.js';
import type { DeliveryView } from '../../../src/contract/delivery.js';
import { inTransaction } from '../../../src/store/in-transaction.js';
import { buildTestApp, type TestApp } from '../../helpers/build-test-app.js';
import { type MailServer, openMailServer, partOf } from './mail-server.js';
import { notice } from './notice.js';
import { openReceiver, type Receiver } from './receiver.js';

type Delivery = DeliveryView & { log: { status_code: number | null; error: string | null }[] };

let test: TestApp;
let admin: Record<string, string>;
let mail: MailServer;
let receiver: Receiver;
beforeAll(async () => {
  mail = await openMailServer();
  test = await buildTestApp({
    config: {
      ALLOW_PRIVATE_TARGETS: ['127.0.0.1/32'],
      SMTP_URL: mail.url,
      PUBLIC_URL: 'https://t.example.com',
    },
  });
  admin = { authorization: `Bearer ${await test.adminToken()}` };
  test.app.deliveryWorker.start();
});
afterAll(async () => {
  await test.close();
  await mail.close();
});
beforeEach(async () => {
  receiver = await openReceiver();
});
afterEach(() => receiver.close());

const call = async <T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) => {
  const response = await test.app.inject({
    method,
    url: `/api${url}`,
    headers: admin,
    ...(payload && { payload }),
  });
  return {
    status: response.statusCode,
    text: response.body,
    body: (response.body === '' ? null : response.json()) as T,
  };
};
const create = (payload: object) => call<ChannelView & { secret?: string }>('POST', '/channels', payload);
const webhook = async () => (await create({ kind: 'webhook', name: 'hook', url: receiver.url })).body;
const tell = (id: string) =>
  inTransaction(test.app.database.pools.reader, (client) => queueDeliveries(client, [id], notice()));
const deliveriesOf = async (id: string) =>
  (await call<{ deliveries: Delivery[] }>('GET', `/deliveries?channel_id=${id}`)).body.deliveries;
const settled = async (id: string) => {
  await expect
    .poll(async () => (await call<Delivery>('GET', `/deliveries/${id}`)).body.status, { timeout: 5_000 })
    .not.toBe('pending');
  return (await call<Delivery>('GET', `/deliveries/${id}`)).body;
};
const fieldsOf = (answer: { body: unknown }) =>
  (answer.body as { errors?: { path: string; message: string }[] }).errors?.map(({ path }) => path);

describe('a channel', () => {
  it('shows the secret of a webhook once, and keeps it sealed', async () => {
    const { status, body } = await create({ kind: 'webhook', name: ' Desk ', url: receiver.url });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      name: 'Desk',
      kind: 'webhook',
      target: { url: receiver.url },
      enabled: true,
      disabled_reason: null,
    });
    const secret = body.secret ?? '';
    expect(Buffer.from(secret.replace('whsec_', ''), 'base64')).toHaveLength(32);
    const others = [
      await call('GET', `/channels/${body.id}`),
      await call('GET', '/channels'),
      await call('PATCH', `/channels/${body.id}`, { name: 'Desk 2' }),
    ];
    for (const { text } of others) expect(text).not.toContain('whsec_');
    const stored = await test.db.query<{ secret: Buffer }>('SELECT secret FROM channels WHERE id = $1', [
      body.id,
    ]);
    expect(stored[0]?.secret.toString('latin1')).not.toContain(secret);
    expect(test.logged()).not.toContain(secret);
  });

  it('never shows a Slack URL again, and posts to it', async () => {
    const url = `${receiver.url}/T000/B000/very-secret-part`;
    const created = await create({ kind: 'slack', name: '#payments', url });
    expect(created.body.target.url).toBe(`http://127.0.0.1:${receiver.port}/…part`);
    expect(created.text).not.toContain('very-secret');
    const tested = await call<Delivery>('POST', `/channels/${created.body.id}/test`);
    expect(tested.body).toMatchObject({ status: 'delivered', kind: 'slack' });
    expect(receiver.requests[0]?.path).toBe('/hook/T000/B000/very-secret-part');
    expect(JSON.parse(receiver.requests[0]?.body ?? '')).toMatchObject({
      text: expect.stringContaining('[test]'),
      blocks: expect.any(Array),
    });
    expect(await test.db.query<{ c: string }>('SELECT c::text FROM channels AS c')).toEqual(
      expect.not.arrayContaining([{ c: expect.stringContaining('very-secret') }]),
    );
    expect(test.logged()).not.toContain('very-secret');
  });

  it.each([
    'http://127.0.0.2/',
    'http://0x7f000002/',
    'http://169.254.169.254/latest/',
    'http://10.1.2.3/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'https://user:pw@example.com/',
    'ftp://example.com/',
    'nonsense',
  ])('is refused for its target (%s), by the name of the field', async (url) => {
    for (const kind of ['webhook', 'slack']) {
      const answer = await create({ kind, name: 'x', url });
      expect([answer.status, fieldsOf(answer)]).toEqual([422, ['url']]);
    }
    const { id } = await webhook();
    const change = await call('PATCH', `/channels/${id}`, { url });
    expect([change.status, fieldsOf(change)]).toEqual([422, ['url']]);
  });

  it('is of one kind, with what belongs to it', async () => {
    expect((await create({ kind: 'pigeon', name: 'x' })).status).toBe(422);
    expect(
      (await create({ kind: 'email', name: 'x', addresses: ['a@example.com\r\nBcc: b@example.com'] })).status,
    ).toBe(422);
    expect((await create({ kind: 'email', name: 'x', addresses: [] })).status).toBe(422);
    const { id } = await webhook();
    expect(fieldsOf(await call('PATCH', `/channels/${id}`, { addresses: ['a@example.com'] }))).toEqual([
      'addresses',
    ]);
    expect((await call('PATCH', `/channels/${id}`, {})).status).toBe(422);
    expect((await call('GET', `/channels/${randomUUID()}`)).status).toBe(404);
  });

  it('that sends mail says so when it is tested', async () => {
    const { body } = await create({ kind: 'email', name: 'On call <b>', addresses: ['On-Call@Example.com'] });
    expect(body.target).toEqual({ addresses: ['on-call@example.com'] });
    const tested = await call<Delivery>('POST', `/channels/${body.id}/test`);
    expect(tested.body).toMatchObject({ status: 'delivered', alert_id: null, log: [{ status_code: 250 }] });
    const received = mail.mails.at(-1);
    expect(received?.to).toEqual(['on-call@example.com']);
    expect(received && partOf(received, 'text/html')).toContain('On call &lt;b&gt;');
  });

  it('is tested through the queue, once, and the answer says what the receiver said', async () => {
    const { id } = await webhook();
    receiver.answer = (response) => response.writeHead(500).end('token=whsec_abcdefghijkl boom\u0000');
    const failed = await call<Delivery>('POST', `/channels/${id}/test`);
    expect(failed.body).toMatchObject({
      notice_type: 'channel.test',
      status: 'gave_up',
      attempts: 1,
      next_attempt_at: null,
      log: [{ status_code: 500, error: 'answered 500' }],
    });
    expect(failed.text).not.toContain('whsec_');
    await call('PATCH', `/channels/${id}`, { enabled: false });
    expect((await call('POST', `/channels/${id}/test`)).status).toBe(409);
    expect((await call('POST', `/channels/${randomUUID()}/test`)).status).toBe(404);
  });

  it('changes its secret, and signs with both for a day', async () => {
    const { id, secret = '' } = await webhook();
    const rotated = await call<{ secret: string; previous_valid_until: string }>(
      'POST',
      `/channels/${id}/rotate-secret`,
    );
    const hours = (Date.parse(rotated.body.previous_valid_until) - Date.now()) / 3_600_000;
    expect(hours).toBeCloseTo(24, 1);
    await call('POST', `/channels/${id}/test`);
    const [request] = receiver.requests;
    for (const one of [secret, rotated.body.secret]) {
      expect(
        new Webhook(one).verify(request?.body ?? '', request?.headers as Record<string, string>),
      ).toBeTruthy();
    }
    const { body } = await create({ kind: 'email', name: 'm', addresses: ['a@example.com'] });
    expect((await call('POST', `/channels/${body.id}/rotate-secret`)).status).toBe(409);
  });

  it('that is switched off or deleted has nothing waiting, and its record stays', async () => {
    receiver.answer = (response) => response.writeHead(503, { 'retry-after': '600' }).end();
    for (const end of ['off', 'deleted']) {
      const { id } = await webhook();
      await tell(id);
      await expect.poll(async () => (await deliveriesOf(id))[0]?.attempts).toBe(1);
      if (end === 'off') await call('PATCH', `/channels/${id}`, { enabled: false });
      else expect((await call('DELETE', `/channels/${id}`)).status).toBe(204);
      const [delivery] = await deliveriesOf(id);
      expect(await settled(delivery?.id ?? '')).toMatchObject({ status: 'cancelled', channel_name: 'hook' });
      expect((await call('POST', `/deliveries/${delivery?.id}/redeliver`)).status).toBe(409);
    }
  });
});

describe('a delivery', () => {
  it('is delivered again as a delivery of its own, under the id that the receiver knows', async () => {
    const { id } = await webhook();
    await tell(id);
    const [first] = await deliveriesOf(id);
    await settled(first?.id ?? '');
    const again = await call<Delivery>('POST', `/deliveries/${first?.id}/redeliver`);
    expect(again).toMatchObject({ status: 202, body: { redelivery_of: first?.id, message_id: first?.id } });
    expect(again.body.id).not.toBe(first?.id);
    await settled(again.body.id);
    const third = await call<Delivery>('POST', `/deliveries/${again.body.id}/redeliver`);
    expect(third.body.redelivery_of).toBe(first?.id);
    await settled(third.body.id);
    expect(receiver.requests.map(({ headers }) => headers['webhook-id'])).toEqual(Array(3).fill(first?.id));
    expect((await deliveriesOf(id)).map(({ id: one }) => one)).toEqual([
      third.body.id,
      again.body.id,
      first?.id,
    ]);
  });

  it('that waits for its next try is tried at once', async () => {
    const { id } = await webhook();
    receiver.answer = (response, index) =>
      index === 0 ? response.writeHead(503, { 'retry-after': '600' }).end() : response.writeHead(204).end();
    await tell(id);
    await expect.poll(async () => (await deliveriesOf(id))[0]?.attempts).toBe(1);
    const [waiting] = await deliveriesOf(id);
    await expect
      .poll(async () => (await call<Delivery>('GET', `/deliveries/${waiting?.id}`)).body.log.length)
      .toBe(1);
    const again = await call<Delivery>('POST', `/deliveries/${waiting?.id}/redeliver`);
    expect(again.body.id).toBe(waiting?.id);
    expect(await settled(waiting?.id ?? '')).toMatchObject({ status: 'delivered', attempts: 2 });
  });

  it('is found by channel, alert and status, in pages', async () => {
    const { id } = await webhook();
    for (let count = 0; count < 3; count++) await tell(id);
    const all = await deliveriesOf(id);
    for (const { id: one } of all) await settled(one);
    const page = await call<{ deliveries: Delivery[]; next_cursor: string }>(
      'GET',
      `/deliveries?channel_id=${id}&limit=2&status=delivered`,
    );
    const rest = await call<{ deliveries: Delivery[] }>(
      'GET',
      `/deliveries?channel_id=${id}&limit=2&cursor=${page.body.next_cursor}`,
    );
    expect([...page.body.deliveries, ...rest.body.deliveries].map(({ id: one }) => one)).toEqual(
      all.map(({ id: one }) => one),
    );
    const byAlert = await call<{ deliveries: Delivery[] }>('GET', `/deliveries?alert_id=${all[1]?.alert_id}`);
    expect(byAlert.body.deliveries.map(({ id: one }) => one)).toEqual([all[1]?.id]);
    expect(
      (await call<{ deliveries: Delivery[] }>('GET', `/deliveries?channel_id=${id}&status=failed`)).body
        .deliveries,
    ).toEqual([]);
    expect((await call('GET', `/deliveries/${randomUUID()}`)).status).toBe(404);
    expect((await call('POST', `/deliveries/${randomUUID()}/redeliver`)).status).toBe(404);
  });
});

describe('without a mail server', () => {
  it('there are no email channels, and the answer says why', async () => {
    const other = await buildTestApp();
    const response = await other.app.inject({
      method: 'POST',
      url: '/api/channels',
      headers: { authorization: `Bearer ${await other.adminToken()}` },
      payload: { kind: 'email', name: 'm', addresses: ['a@example.com'] },
    });
    await other.close();
    expect([response.statusCode, response.body]).toEqual([422, expect.stringContaining('SMTP_URL')]);
  });
});
