import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';

/** A database of a test's own. */
export interface TestDatabase {
  url: string;
  /** Runs one statement on connections of its own and returns its rows; bigint comes as text. */
  query<T>(sql: string, params?: unknown[]): Promise<T[]>;
  /**
   * How many sessions of others are connected. The server takes some ms to notice that one has left, so this waits for 0, for
   * 1 s at most.
   */
  connections(): Promise<number>;
  /** Drops the database, under its users too. */
  drop(): Promise<void>;
}

/** SQLSTATE object_in_use: the template is being copied from, or vacuumed, just now. */
const OBJECT_IN_USE = '55006';

const OWN_NAME = 'test-helper';

/** A database with the whole schema, empty of rows: a copy of the run's template. */
export function createDatabase(): Promise<TestDatabase> {
  return create(inject('template'));
}

/** A database without any table, for tests of the migrations themselves. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return create('template0');
}

async function create(template: string): Promise<TestDatabase> {
  const adminUrl = inject('adminUrl');
  const name = `foodieexpress_test_${process.pid}_${randomBytes(5).toString('hex')}`;
  await copyTemplate(adminUrl, name, template);
  const address = new URL(adminUrl);
  address.pathname = `/${name}`;
  const url = address.href;

  const pool = new pg.Pool({ connectionString: url, max: 4, application_name: OWN_NAME });
  // Dropped connections are the test's doing.
  pool.on('error', () => undefined);
  const query = async <T>(sql: string, params: unknown[] = []): Promise<T[]> => {
    const { rows } = await pool.query(sql, params);
    return rows as T[];
  };
  const connectionsNow = async (): Promise<number> => {
    const [row] = await query<{ count: number }>(
      `SELECT count(*)::int AS count
         FROM pg_stat_activity
        WHERE datname = current_database() AND backend_type = 'client backend' AND application_name <> $1`,
      [OWN_NAME],
    );
    return row?.count ?? 0;
  };
  return {
    url,
    query,
    async connections() {
      for (let waited = 0; waited < 1_000; waited += 20) {
        if ((await connectionsNow()) === 0) return 0;
        await sleep(20);
      }
      return connectionsNow();
    },
    async drop() {
      await pool.end();
      await runAsAdmin(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

async function copyTemplate(adminUrl: string, name: string, template: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await runAsAdmin(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);
    } catch (error) {
      if ((error as { code?: string }).code !== OBJECT_IN_USE || attempt === 20) throw error;
      await sleep(50 * attempt);
    }
  }
}

async function runAsAdmin(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
