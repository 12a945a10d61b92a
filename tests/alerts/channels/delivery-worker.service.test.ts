import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { newSigningSecret } from '../../../src/alerts/channels/channel-secrets.js';
import { countFailedDeliveries } from '../../../src/alerts/channels/queries/count-failed-deliveries.js';
import { deliveryHealth } from '../../../src/alerts/channels/queries/delivery-health.js';
import { forgetDeliveries } from '../../../src/alerts/channels/queries/forget-deliveries.js';
import { queueDeliveries } from '../../../src/alerts/channels/queue-deliveries.js';
import { type MailServer, openMailServer, subjectOf } from './mail-server.js';
import { notice } from './notice.js';
import { type OpenDeliveries, openDeliveries } from './open-deliveries.js';
import { openReceiver, type ReceivedRequest, type Receiver } from './receiver.js';

/** Retries that a test can wait for. */
const QUICK = [20, 20, 20, 20, 20, 20];

let open: OpenDeliveries;
let receiver: Receiver;
beforeEach(async () => {
  open = await openDeliveries(async () => [{ address: '10.0.0.7', family: 4 }]);
  receiver = await openReceiver();
});
afterEach(async () => {
  await receiver.close();
  await open.close();
});

const idOf = ({ headers }: ReceivedRequest) => headers['webhook-id'];
const verify = (request: ReceivedRequest, secret: string) =>
  new Webhook(secret).verify(request.body, request.headers as Record<string, string>);
const answerInTurn = (...codes: number[]) => {
  receiver.answer = (response, index) => response.writeHead(codes[index] ?? 204).end();
};

describe('a webhook', () => {
  it('gets the notice, signed so that the standardwebhooks package verifies it', async () => {
    const channel = await open.webhook(receiver.url);
    open.worker().start();
    const told = notice();
    const [id = ''] = await open.tell([channel.id], told);
    expect(await open.settled(id)).toMatchObject({
      status: 'delivered',
      attempts: 1,
      log: [{ n: 1, status_code: 204, error: null }],
    });
    const [request] = receiver.requests;
    expect(request && idOf(request)).toBe(id);
    expect(request && verify(request, channel.secret)).toEqual(JSON.parse(JSON.stringify(told)));
    expect(() => request && verify({ ...request, body: `${request.body} ` }, channel.secret)).toThrow();
    expect(() => request && verify(request, newSigningSecret())).toThrow();
  });

  it('is signed with the old secret too until it is over', async () => {
    const [old, older] = [newSigningSecret(), newSigningSecret()];
    const current = newSigningSecret();
    const during = await open.webhook(receiver.url, {
      current,
      previous: { secret: old, until: Date.now() + 60_000 },
    });
    const after = await open.webhook(receiver.url, {
      current,
      previous: { secret: older, until: Date.now() - 1 },
    });
    open.worker().start();
    const [one = ''] = await open.tell([during.id]);
    await open.settled(one);
    const [two = ''] = await open.tell([after.id]);
    await open.settled(two);
    const [first, second] = receiver.requests;
    for (const secret of [current, old]) expect(first && verify(first, secret)).toBeTruthy();
    expect(second && verify(second, current)).toBeTruthy();
    expect(() => second && verify(second, older)).toThrow();
  });

  it('that fails five times and then answers gets it once more, under the same id', async () => {
    const channel = await open.webhook(receiver.url);
    answerInTurn(500, 302, 404, 429, 503);
    open.worker({ backoff: QUICK, sweepEvery: 100 }).start();
    const [id = ''] = await open.tell([channel.id]);
    const delivery = await open.settled(id);
    expect(delivery).toMatchObject({ status: 'delivered', attempts: 6 });
    expect(delivery.log.map(({ status_code }) => status_code)).toEqual([500, 302, 404, 429, 503, 204]);
    expect(new Set(receiver.requests.map(idOf))).toEqual(new Set([id]));
    expect(receiver.requests).toHaveLength(6);
    for (const request of receiver.requests) expect(verify(request, channel.secret)).toBeTruthy();
  });

  it('that never answers is given up when the table is over', async () => {
    const channel = await open.webhook(receiver.url);
    receiver.answer = (response) => response.writeHead(500).end('s3cret \u0000 stack');
    open.worker({ backoff: [10, 10], sweepEvery: 100 }).start();
    const [id = ''] = await open.tell([channel.id]);
    const delivery = await open.settled(id);
    expect(delivery).toMatchObject({ status: 'gave_up', attempts: 3 });
    expect(delivery.log[0]?.response).not.toContain('s3cret');
    expect(await countFailedDeliveries(open.pool, Date.now() - 60_000)).toBe(1);
    expect(await countFailedDeliveries(open.pool, Date.now() + 60_000)).toBe(0);
    expect(await open.registry.metrics()).toMatch(
      /delivery_attempts_total\{kind="webhook",result="gave_up"\} 1/,
    );
  });

  it('that says 410 is switched off, and what waits for it is cancelled', async () => {
    const channel = await open.webhook(receiver.url);
    answerInTurn(500, 410);
    const worker = open.worker({ backoff: [60_000 * 60] });
    worker.start();
    const [waits = ''] = await open.tell([channel.id]);
    await expect.poll(() => receiver.requests.length).toBe(1);
    await expect.poll(async () => (await open.delivery(waits)).log.length).toBe(1);
    const [gone = ''] = await open.tell([channel.id]);
    expect(await open.settled(gone)).toMatchObject({ status: 'failed', log: [{ status_code: 410 }] });
    expect(await open.settled(waits)).toMatchObject({ status: 'cancelled' });
    expect(await open.db.query('SELECT enabled, disabled_reason FROM channels')).toEqual([
      { enabled: false, disabled_reason: expect.stringContaining('410') },
    ]);
    expect(await open.tell([channel.id])).toEqual([]);
  });

  it.each([
    ['a private address', 'http://127.0.0.2:1/'],
    ["the clouds' metadata", 'http://169.254.169.254/latest/'],
    ['a name that resolves to one', 'http://inside.example/'],
  ])('at %s fails for good without a connection', async (_, url) => {
    const channel = await open.webhook(url);
    open.worker({ backoff: QUICK }).start();
    const [id = ''] = await open.tell([channel.id]);
    expect(await open.settled(id)).toMatchObject({
      status: 'failed',
      attempts: 1,
      log: [{ status_code: null, error: expect.stringMatching(/^refused: .* is no public address$/) }],
    });
  });

  it('that redirects to a private address is not followed', async () => {
    const channel = await open.webhook(receiver.url);
    receiver.answer = (response) => response.writeHead(307, { location: 'http://127.0.0.2:1/' }).end();
    open.worker({ backoff: [] }).start();
    const [id = ''] = await open.tell([channel.id]);
    expect(await open.settled(id)).toMatchObject({ status: 'gave_up', log: [{ status_code: 307 }] });
    expect(receiver.requests).toHaveLength(1);
  });

  it('whose secret was sealed with another JWT_SECRET fails, and says what to do', async () => {
    const channel = await open.webhook(receiver.url);
    await open.db.query(`UPDATE channels SET secret = set_byte(secret, 40, 255 - get_byte(secret, 40))`);
    open.worker().start();
    const [id = ''] = await open.tell([channel.id]);
    expect(await open.settled(id)).toMatchObject({
      status: 'failed',
      log: [{ error: expect.stringContaining('JWT_SECRET') }],
    });
  });
});

describe('a mail channel', () => {
  let server: MailServer;
  beforeEach(async () => {
    server = await openMailServer();
  });
  afterEach(() => server.close());

  it('is sent again to those only that did not take it', async () => {
    const channel = await open.mailChannel(['a@example.com', 'b@example.com']);
    let refusals = 2;
    server.refuse = (address) => (address === 'b@example.com' && refusals-- > 0 ? 451 : undefined);
    open.worker({ backoff: QUICK, sweepEvery: 100, smtpUrl: server.url }).start();
    const [id = ''] = await open.tell([channel]);
    expect(await open.settled(id)).toMatchObject({
      status: 'delivered',
      attempts: 3,
      reached: ['a@example.com', 'b@example.com'],
    });
    expect(server.mails.map(({ to }) => to)).toEqual([['a@example.com'], ['b@example.com']]);
    expect(server.mails.map(subjectOf)).toEqual(
      Array(2).fill('[critical] Payment failures above 20 % · paymentService'),
    );
    for (const { source } of server.mails) expect(source).toContain(`Message-ID: <${id}@foodie.example>`);
  });

  it('without a mail server fails', async () => {
    const channel = await open.mailChannel(['a@example.com']);
    open.worker().start();
    const [id = ''] = await open.tell([channel]);
    expect(await open.settled(id)).toMatchObject({
      status: 'failed',
      log: [{ error: expect.stringContaining('SMTP_URL') }],
    });
  });
});

describe('the queue', () => {
  it('holds nothing of a transaction that was rolled back', async () => {
    const channel = await open.webhook(receiver.url);
    const client = await open.pool.connect();
    await client.query('BEGIN');
    await queueDeliveries(client, [channel.id], notice());
    await client.query('ROLLBACK');
    client.release();
    expect(await open.db.query('SELECT id FROM deliveries')).toEqual([]);
    expect(await open.db.query('SELECT id FROM graphile_worker.jobs')).toEqual([]);
    expect(await deliveryHealth(open.pool)).toEqual({ waiting: 0, oldest_seconds: null, retrying: 0 });
  });

  it('takes one delivery a channel that is on, whatever the list holds', async () => {
    const [one, two] = [await open.webhook(receiver.url), await open.webhook(receiver.url)];
    await open.db.query('UPDATE channels SET enabled = false WHERE id = $1', [two.id]);
    const ids = await open.tell([one.id, one.id, two.id, '00000000-0000-4000-8000-000000000000']);
    expect(ids).toHaveLength(1);
    expect(await deliveryHealth(open.pool)).toMatchObject({ waiting: 1, retrying: 0 });
    expect(await open.tell([])).toEqual([]);
  });

  it('is worked at by several replicas, and each delivery is sent once', async () => {
    const channel = await open.webhook(receiver.url);
    for (let replica = 0; replica < 3; replica++) open.worker().start();
    const ids = (await Promise.all(Array.from({ length: 30 }, () => open.tell([channel.id])))).flat();
    for (const id of ids) expect((await open.settled(id)).status).toBe('delivered');
    expect(receiver.requests.map(idOf).sort()).toEqual([...ids].sort());
    expect(await open.db.query('SELECT id FROM graphile_worker.jobs')).toEqual([]);
  });

  it('gives what a worker died with to another, under the same id', async () => {
    const channel = await open.webhook(receiver.url);
    const [id = ''] = await open.tell([channel.id]);
    // As a worker leaves it that was killed between claiming and recording: its job locked, its claim running.
    await open.db.query(`UPDATE graphile_worker._private_jobs SET locked_by = 'dead', locked_at = now()`);
    await open.db.query(
      `UPDATE deliveries SET attempts = 1, claimed_until = now() + interval '700 milliseconds'`,
    );
    open.worker({ sweepEvery: 100 }).start();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(receiver.requests).toEqual([]);
    expect(await open.settled(id)).toMatchObject({ status: 'delivered', attempts: 2, log: [{ n: 2 }] });
    expect(receiver.requests.map(idOf)).toEqual([id]);
  });

  it('gives back what is under way when the worker stops, for another to send', async () => {
    const channel = await open.webhook(receiver.url);
    receiver.answer = (response, index) => {
      if (index > 0) response.writeHead(204).end();
    };
    const first = open.worker();
    first.start();
    const [id = ''] = await open.tell([channel.id]);
    await expect.poll(() => receiver.requests.length).toBe(1);
    await first.stop();
    expect(await open.delivery(id)).toMatchObject({ status: 'pending', attempts: 0, log: [] });
    open.worker().start();
    expect(await open.settled(id)).toMatchObject({ status: 'delivered', attempts: 1 });
    expect(receiver.requests.map(idOf)).toEqual([id, id]);
  });

  it('goes on when its connections are cut', async () => {
    const channel = await open.webhook(receiver.url);
    open.worker({ sweepEvery: 200, claim: 500 }).start();
    const [before = ''] = await open.tell([channel.id]);
    await open.settled(before);
    for (let cut = 0; cut < 3; cut++) {
      await open.db.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'foodieexpress-deliveries'`,
      );
      const [id = ''] = await open.tell([channel.id]);
      expect((await open.settled(id)).status).toBe('delivered');
    }
  });

  it('outlives a database that takes no connections for a while', async () => {
    const channel = await open.webhook(receiver.url);
    const admin = new pg.Client({ connectionString: inject('adminUrl') });
    await admin.connect();
    const name = new URL(open.db.url).pathname.slice(1);
    open.worker({ sweepEvery: 200, claim: 1_000 }).start();
    const [before = ''] = await open.tell([channel.id]);
    await open.settled(before);
    const [during = ''] = await open.tell([channel.id]);
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    await admin.end();
    const [after = ''] = await open.tell([channel.id]);
    for (const id of [during, after]) expect((await open.settled(id)).status).toBe('delivered');
  }, 60_000);

  it('waits for a database that is not migrated yet', async () => {
    const channel = await open.webhook(receiver.url);
    const migrations = async () => {
      const rows = await open.db.query<{ count: number }>(
        'SELECT count(*)::int FROM graphile_worker.migrations',
      );
      return rows[0]?.count;
    };
    const all = await migrations();
    await open.db.query('DROP SCHEMA graphile_worker CASCADE');
    await open.db.query('ALTER TABLE deliveries RENAME TO not_yet');
    open.worker({ sweepEvery: 100 }).start();
    await expect.poll(() => migrations().catch(() => 0), { timeout: 10_000 }).toBe(all);
    await open.db.query('ALTER TABLE not_yet RENAME TO deliveries');
    const [id = ''] = await open.tell([channel.id]);
    expect((await open.settled(id)).status).toBe('delivered');
  });

  it('forgets what was settled more than 90 days ago', async () => {
    const channel = await open.webhook(receiver.url);
    open.worker().start();
    const [old = '', fresh = ''] = [...(await open.tell([channel.id])), ...(await open.tell([channel.id]))];
    await open.settled(old);
    await open.settled(fresh);
    await open.db.query(`UPDATE deliveries SET settled_at = now() - interval '91 days' WHERE id = $1`, [old]);
    expect(await forgetDeliveries(open.pool)).toBe(1);
    expect(await open.db.query('SELECT delivery_id FROM delivery_attempts')).toEqual([
      { delivery_id: fresh },
    ]);
  });
});
