import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseUrl, PASSWORD, startService, withClient } from '../helpers/embedded-service.js';
import type { Running } from '../helpers/processes.js';

const SECRET = 'a-secret-of-at-least-32-bytes-for-all-replicas';
const SECOND = 1_000;

let dataDir: string;
let url: string;
/** The first has the database under its folder; it lives on when its process is killed. */
const replicas: Running[] = [];
let headers: Record<string, string>;
let key: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'chaos-alerts-'));
  replicas.push(await startService({ dataDir, env: { JWT_SECRET: SECRET } }));
  url = (await databaseUrl(dataDir)).trim();
  replicas.push(await startService({ dataDir, env: { JWT_SECRET: SECRET, DATABASE_URL: url } }));
  const login = await ask('/api/auth/login', { email: 'admin@foodieexpress.local', password: PASSWORD });
  headers = { authorization: `Bearer ${login.access_token}` };
  key = String((await ask('/api/api-keys', { name: 'orders', scopes: ['ingest'] })).key);
});
afterAll(async () => {
  await Promise.all(replicas.slice(1).map((one) => one.stop()));
  // Whoever has the database's folder stops the database, so it goes last, and is started again if it was killed.
  const [owner] = replicas;
  const last = owner?.child.signalCode ? await startService({ dataDir, env: { JWT_SECRET: SECRET } }) : owner;
  await last?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const alive = () => replicas.filter(({ child }) => child.exitCode === null && child.signalCode === null);

async function ask(path: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${alive().at(-1)?.url}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

async function send(event_type: string, order_id: string): Promise<void> {
  const event = {
    event_type,
    entity_type: 'order',
    entity_id: order_id,
    event_data: { restaurant_id: 'r_1', customer_id: 'u_1', amount: 20, currency: 'TRY' },
  };
  const response = await fetch(`${alive().at(-1)?.url}/api/events`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify(event),
  });
  expect(response.status).toBe(201);
}

interface StoredAlert {
  status: string;
  summary: string;
  fired_at: Date;
  resolved_at: Date | null;
}
const alertsAbout = (order_id: string) =>
  withClient(url, async (client) => {
    const { rows } = await client.query<StoredAlert>(
      `SELECT status, summary, fired_at, resolved_at FROM alerts WHERE "group" ->> 'order_id' = $1`,
      [order_id],
    );
    return rows;
  });
const rule = (minutes: number, for_seconds: number) =>
  ask('/api/alert-rules', {
    name: `not accepted within ${minutes} min`,
    condition: { kind: 'stuck_order', after: 'placed', without: 'accepted', minutes },
    for_seconds,
  });

describe('alerts of two replicas', () => {
  it('name an order that nobody accepts within T + 10 s, once, and are resolved by the acceptance', async () => {
    await rule(0.1, 0);
    const placed = Date.now();
    await send('order_placed', 'o_stuck');
    await expect.poll(() => alertsAbout('o_stuck'), { timeout: 30 * SECOND, interval: 200 }).toHaveLength(1);
    const [alert] = await alertsAbout('o_stuck');
    const seen = Date.now();
    expect(alert).toMatchObject({
      status: 'firing',
      summary: expect.stringContaining('o_stuck of restaurant r_1'),
    });
    expect(seen - placed).toBeLessThan(6 * SECOND + 10 * SECOND);
    await send('order_accepted', 'o_stuck');
    await expect
      .poll(async () => (await alertsAbout('o_stuck'))[0]?.status, { timeout: 30 * SECOND, interval: 200 })
      .toBe('resolved');
    // Nothing comes of it later either.
    await new Promise((resolve) => setTimeout(resolve, 11 * SECOND));
    expect(await alertsAbout('o_stuck')).toHaveLength(1);
  });

  it('fire within 15 s at the other replica, once, when the one that looked is killed while they are pending', async () => {
    await rule(0.1, 10);
    await send('order_placed', 'o_killed');
    const pending = () =>
      withClient(url, async (client) => {
        const { rows } = await client.query<{ pid: number }>(
          `SELECT replicas.pid
             FROM alert_engine
             JOIN replicas ON replicas.id = alert_engine.replica
            WHERE EXISTS (SELECT FROM alert_states
                           WHERE group_key LIKE '%o_killed%' AND state ->> 'status' = 'pending')`,
        );
        return rows[0]?.pid;
      });
    await expect.poll(pending, { timeout: 30 * SECOND, interval: 100 }).toBeTypeOf('number');
    const pid = await pending();
    const looked = replicas.find((one) => one.pid === pid);
    expect(looked).toBeDefined();
    await looked?.kill();
    const killed = Date.now();
    // Both rules know this order: of the second, with its ten seconds, there is one.
    const held = async () =>
      withClient(url, async (client) => {
        const { rows } = await client.query<{ count: number }>(
          `SELECT count(*)::int AS count FROM alerts JOIN alert_rules ON alert_rules.id = rule_id
            WHERE "group" ->> 'order_id' = 'o_killed' AND for_seconds = 10`,
        );
        return rows[0]?.count;
      });
    await expect.poll(held, { timeout: 30 * SECOND, interval: 100 }).toBe(1);
    expect(Date.now() - killed).toBeLessThan(15 * SECOND);
    await new Promise((resolve) => setTimeout(resolve, 11 * SECOND));
    expect(await held()).toBe(1);
  });
});
