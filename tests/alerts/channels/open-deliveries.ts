import pg from 'pg';
import { Registry } from 'prom-client';
import { expect } from 'vitest';
import { newSigningSecret, type WebhookSecret } from '../../../src/alerts/channels/channel-secrets.js';
import { DeliveryMetrics } from '../../../src/alerts/channels/delivery-metrics.js';
import { DeliveryWorker } from '../../../src/alerts/channels/delivery-worker.js';
import { guardTargets, type Resolve } from '../../../src/alerts/channels/http/target-guard.js';
import { openMailSender } from '../../../src/alerts/channels/mail/mail-sender.js';
import { insertChannel } from '../../../src/alerts/channels/queries/insert-channel.js';
import { insertDeliveries } from '../../../src/alerts/channels/queue-deliveries.js';
import { sealWith } from '../../../src/alerts/channels/seal.js';
import type { Notice } from '../../../src/contract/alert.js';
import { inTransaction } from '../../../src/store/in-transaction.js';
import { newUuidV7 } from '../../../src/store/new-uuid-v7.js';
import { createDatabase, type TestDatabase } from '../../helpers/database.js';
import { notice } from './notice.js';

export interface DeliveryRow {
  id: string;
  status: string;
  attempts: number;
  reached: string[];
  log: { n: number; status_code: number | null; error: string | null; response: string | null }[];
}

/** Workers, channels and deliveries over one database. */
export interface OpenDeliveries {
  db: TestDatabase;
  pool: pg.Pool;
  /** Messages of what went wrong, and of what is well again. */
  logged: string[];
  registry: Registry;
  worker(options?: {
    backoff?: number[];
    claim?: number;
    sweepEvery?: number;
    smtpUrl?: string;
  }): DeliveryWorker;
  webhook(url: string, secret?: WebhookSecret): Promise<{ id: string; secret: string }>;
  mailChannel(addresses: string[]): Promise<string>;
  /** Queues and commits. */
  tell(channels: string[], told?: Notice): Promise<string[]>;
  delivery(id: string): Promise<DeliveryRow>;
  /** Waits until a delivery is settled. */
  settled(id: string): Promise<DeliveryRow>;
  close(): Promise<void>;
}

/** `resolve` stands for the resolver; 127.0.0.1 may be reached. */
export async function openDeliveries(resolve?: Resolve): Promise<OpenDeliveries> {
  const db = await createDatabase();
  const pool = new pg.Pool({ connectionString: db.url, max: 4 });
  pool.on('error', () => undefined);
  const seal = sealWith('test-secret-of-at-least-32-bytes!');
  const workers: DeliveryWorker[] = [];
  const registry = new Registry();
  const metrics = new DeliveryMetrics(registry);
  const shared = { enabled: true, created_by: null, at: Date.now() };
  const open: OpenDeliveries = {
    db,
    pool,
    logged: [],
    registry,
    worker({ smtpUrl, ...options } = {}) {
      const worker = new DeliveryWorker({
        databaseUrl: db.url,
        metrics,
        seal,
        guard: guardTargets(['127.0.0.1/32'], resolve),
        mail:
          smtpUrl === undefined
            ? undefined
            : openMailSender({ url: smtpUrl, from: 'a@foodie.example', publicUrl: undefined }),
        publicUrl: undefined,
        redact: (text) => text.replaceAll('s3cret', '[redacted]'),
        clock: Date.now,
        log: {
          info: (_fields, message) => open.logged.push(message),
          warn: (_fields, message) => open.logged.push(message),
        },
        ...options,
      });
      workers.push(worker);
      return worker;
    },
    async webhook(url, secret = { current: newSigningSecret() }) {
      const id = newUuidV7(Date.now());
      const channel = { ...shared, id, name: 'hook', kind: 'webhook' as const, target: { url } };
      await insertChannel(pool, { ...channel, secret: seal.seal(id, secret) });
      return { id, secret: secret.current };
    },
    async mailChannel(addresses) {
      const id = newUuidV7(Date.now());
      const channel = { ...shared, id, name: 'mail', kind: 'email' as const, target: { addresses } };
      await insertChannel(pool, { ...channel, secret: null });
      return id;
    },
    tell: (channels, told = notice()) =>
      inTransaction(pool, (client) => insertDeliveries(client, channels, told)),
    async delivery(id) {
      const [row] = await db.query<DeliveryRow>(
        `SELECT id, status, attempts, reached,
                (SELECT coalesce(json_agg(json_build_object('n', n, 'status_code', status_code, 'error', error, 'response', response) ORDER BY n), '[]')
                   FROM delivery_attempts WHERE delivery_id = id) AS log
         FROM deliveries WHERE id = $1`,
        [id],
      );
      if (!row) throw new Error(`no delivery ${id}`);
      return row;
    },
    async settled(id) {
      await expect
        .poll(async () => (await open.delivery(id)).status, { timeout: 25_000, interval: 30 })
        .not.toBe('pending');
      return open.delivery(id);
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await pool.end();
      const left = await db.connections();
      await db.drop();
      expect(left).toBe(0);
    },
  };
  return open;
}
