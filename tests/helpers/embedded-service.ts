import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { ROOT, type Running, startServer } from './processes.js';

export interface ServiceOptions {
  dataDir: string;
  port?: number;
  env?: Record<string, string>;
}

/** The compiled service as `npm start` runs it, on an embedded PostgreSQL under `dataDir`, with rates off. */
export const startService = ({ dataDir, port, env = {} }: ServiceOptions): Promise<Running> =>
  startServer({
    args: [join(ROOT, 'dist/server.js')],
    env: {
      DATA_DIR: dataDir,
      RATE_LIMIT: 'off',
      LOG_LEVEL: 'warn',
      DATABASE_URL: '',
      ADMIN_PASSWORD: PASSWORD,
      ...env,
    },
    ready: 'is ready at',
    ...(port === undefined ? {} : { port }),
  });

export const PASSWORD = 'correct horse battery staple';

/** Address of the embedded database, as ops find it. */
export const databaseUrl = (dataDir: string): Promise<string> =>
  readFile(join(dataDir, 'database-url'), 'utf8');

/** Process id of the database's postmaster: the parent of the backend that answers. */
export const postmasterPid = (url: string): Promise<number> =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const status = await readFile(`/proc/${rows[0]?.pid}/status`, 'utf8');
    return Number(/PPid:\s+(\d+)/.exec(status)?.[1]);
  });

/** Which of the ids are not stored exactly once. */
export const missingOrDouble = (url: string, ids: readonly string[]): Promise<string[]> =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `SELECT wanted.id
       FROM unnest($1::uuid[]) AS wanted (id)
       LEFT JOIN action_logs AS stored ON stored.id = wanted.id
       GROUP BY wanted.id
       HAVING count(stored.id) <> 1`,
      [ids],
    );
    return rows.map((row) => row.id);
  });

/** One connection for as long as `work` takes. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url.trim() });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
