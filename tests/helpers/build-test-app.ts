import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { ensureFirstAdmin } from '../../src/access/ensure-first-admin.js';
import { buildApp } from '../../src/app.js';
import { type Config, readSettings } from '../../src/config.js';
import type { Role, Scope } from '../../src/contract/common.js';
import { createLog } from '../../src/log.js';
import { openDatabase } from '../../src/store/database.js';
import { ensurePartitions } from '../../src/store/partitions.js';
import { createDatabase, type TestDatabase } from './database.js';

export interface TestApp {
  app: FastifyInstance;
  db: TestDatabase;
  config: Config;
  admin: { email: string; password: string };
  /** What the app logged, as text. */
  logged: () => string;
  adminToken(): Promise<string>;
  /** A new account of this role, signed in. */
  tokenFor(role: Role): Promise<{ token: string; user_id: string; email: string }>;
  apiKey(scopes: Scope[]): Promise<string>;
  /** Closes the app, asserts that no connection leaked, and drops the database. */
  close(): Promise<void>;
}

const PASSWORD = 'correct horse battery staple';

export interface TestAppOptions {
  config?: Partial<Config>;
  clock?: () => number;
  replica?: string;
  /** A database that is there already, of another app: one more replica. Its owner drops it. */
  db?: TestDatabase;
  /** Adds routes of the test's own before the app is ready. */
  extend?: (app: FastifyInstance) => void;
}

/** A whole app on a database of its own. Rates are off unless a test turns them on. */
export async function buildTestApp({
  config: overrides = {},
  clock = Date.now,
  replica = randomUUID(),
  db: shared,
  extend,
}: TestAppOptions = {}): Promise<TestApp> {
  const db = shared ?? (await createDatabase());
  const settings = readSettings({
    RATE_LIMIT: 'off',
    LOG_LEVEL: 'debug',
    ADMIN_EMAIL: 'admin@example.com',
    ADMIN_PASSWORD: PASSWORD,
  });
  const config: Config = {
    ...settings,
    DATABASE_URL: db.url,
    JWT_SECRET: 'test-secret-of-at-least-32-bytes!',
    ...overrides,
  };
  let text = '';
  const collect = (line: string) => {
    text += line;
  };
  const log = createLog(config.LOG_LEVEL, { write: collect });
  const database = openDatabase({ url: db.url, writers: config.QUEUE_WRITERS, log });
  await ensurePartitions(database.reader, clock());
  await ensureFirstAdmin(database.reader, { email: config.ADMIN_EMAIL, password: PASSWORD });
  const app = await buildApp({ config, database, log, clock, replica });
  extend?.(app);
  await app.ready();

  const login = async (email: string) => {
    const response = await app.inject({
      method: 'POST',
      url: '/api/auth/login',
      payload: { email, password: PASSWORD },
    });
    if (response.statusCode !== 200) throw new Error(`login of ${email} failed: ${response.body}`);
    return response.json<{ access_token: string; account: { id: string } }>();
  };
  const adminToken = async () => (await login(config.ADMIN_EMAIL)).access_token;
  const asAdmin = async (url: string, payload: object) => {
    const headers = { authorization: `Bearer ${await adminToken()}` };
    const response = await app.inject({ method: 'POST', url, headers, payload });
    if (response.statusCode !== 201) throw new Error(`${url} failed: ${response.body}`);
    return response.json<Record<string, string>>();
  };
  let people = 0;

  return {
    app,
    db,
    config,
    admin: { email: config.ADMIN_EMAIL, password: PASSWORD },
    logged: () => text,
    adminToken,
    async tokenFor(role) {
      people += 1;
      const email = `${role}-${people}@example.com`;
      await asAdmin('/api/accounts', { email, password: PASSWORD, role });
      const { access_token, account } = await login(email);
      return { token: access_token, user_id: account.id, email };
    },
    async apiKey(scopes) {
      const { key } = await asAdmin('/api/api-keys', { name: `test ${scopes.join(' ')}`, scopes });
      if (key === undefined) throw new Error('no key in the answer');
      return key;
    },
    async close() {
      await app.close();
      await database.close();
      if (shared) return;
      const left = await db.connections();
      await db.drop();
      if (left > 0) throw new Error(`${left} connections were left open`);
    },
  };
}
