import { randomBytes } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrateQueue } from '../../src/alerts/channels/migrate-queue.js';
import { PrismaClient } from '../../src/generated/prisma/client.js';
import { ensurePartitions, partitionedTables } from '../../src/store/partitions.js';
import { createEmptyDatabase, type TestDatabase } from '../helpers/database.js';
import { runPrisma } from './prisma-command.js';

/** The commands that ops and developers run, as processes, against a real server; with whichever schema engine this machine has. */

const SCHEMA = 'prisma/schema.prisma';

let db: TestDatabase;
beforeEach(async () => {
  db = await createEmptyDatabase();
});
afterEach(async () => {
  const left = await db.connections();
  await db.drop();
  expect(left).toBe(0);
});

const prisma = (url: string, ...args: string[]) => runPrisma(url, args);

const driftOf = (url: string) =>
  prisma(url, 'migrate', 'diff', '--from-config-datasource', '--to-schema', SCHEMA, '--exit-code');

async function makePartitions(url: string): Promise<string[]> {
  const client = new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) });
  try {
    return await ensurePartitions(client, Date.now());
  } finally {
    await client.$disconnect();
  }
}

test('deploy applies everything once; the second time there is nothing to do, and status agrees', async () => {
  const pending = await prisma(db.url, 'migrate', 'status');
  expect(pending, 'status before').toMatchObject({
    code: 1,
    output: expect.stringContaining('not yet been applied'),
  });

  const first = await prisma(db.url, 'migrate', 'deploy');
  expect(first).toMatchObject({ code: 0, output: expect.stringContaining('successfully applied') });
  const second = await prisma(db.url, 'migrate', 'deploy');
  expect(second).toMatchObject({ code: 0, output: expect.stringContaining('No pending migrations') });

  // The queue's schema beside it, made by two replicas at once, is none of Prisma's business.
  await Promise.all([migrateQueue(db.url, quiet), migrateQueue(db.url, quiet)]);
  const status = await prisma(db.url, 'migrate', 'status');
  expect(status).toMatchObject({ code: 0, output: expect.stringContaining('up to date') });
});

const quiet = { info: () => undefined, warn: () => undefined };

test('there is no drift after a deploy, nor after the daily partitions and the job queue were made', async () => {
  await prisma(db.url, 'migrate', 'deploy');
  expect(await driftOf(db.url)).toMatchObject({ code: 0, output: expect.stringContaining('No difference') });

  // Several days of each table; an empty list would make the next line prove nothing.
  expect((await makePartitions(db.url)).length).toBeGreaterThanOrEqual(3 * partitionedTables.length);
  await migrateQueue(db.url, quiet);
  expect(await db.query(`SELECT to_regclass('graphile_worker.jobs')::text AS jobs`)).toEqual([
    { jobs: 'graphile_worker.jobs' },
  ]);
  expect(await driftOf(db.url)).toMatchObject({ code: 0, output: expect.stringContaining('No difference') });
});

test('drift is seen where there is some', async () => {
  await prisma(db.url, 'migrate', 'deploy');
  await db.query('DROP INDEX action_logs_user_id_idx');
  expect(await driftOf(db.url)).toMatchObject({ code: 2, output: expect.stringContaining('action_logs') });
});

test('the migrations alone give the schema, on a shadow database that is gone afterwards', async () => {
  const result = await prisma(
    db.url,
    ...['migrate', 'diff', '--from-migrations', 'prisma/migrations', '--to-schema', SCHEMA, '--exit-code'],
  );
  expect(result).toMatchObject({ code: 0, output: expect.stringContaining('No difference') });
  expect(
    await db.query(`SELECT datname FROM pg_database WHERE datname LIKE 'prisma_migrate_shadow_db_%'`),
  ).toEqual([]);
  // The shadow is another database: this one is as empty as before.
  expect(await db.query(`SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace`)).toEqual(
    [],
  );
});

test('two deploys at once onto a database that does not exist both succeed and apply each migration once', async () => {
  const name = `foodieexpress_test_new_${randomBytes(5).toString('hex')}`;
  const url = new URL(db.url);
  url.pathname = `/${name}`;
  try {
    const both = await Promise.all([
      prisma(url.href, 'migrate', 'deploy'),
      prisma(url.href, 'migrate', 'deploy'),
    ]);
    expect(both.map(({ code, output }) => (code === 0 ? 'ok' : output))).toEqual(['ok', 'ok']);
    expect(both.filter(({ output }) => output.includes('successfully applied'))).toHaveLength(1);
    expect(await prisma(url.href, 'migrate', 'status')).toMatchObject({ code: 0 });
  } finally {
    await db.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  }
});

test('a server that is not there is an error with its address, and without the password', async () => {
  const result = await prisma('postgresql://someone:s3cret-w0rd@127.0.0.1:1/nowhere', 'migrate', 'deploy');
  expect(result).toMatchObject({ code: 1, output: expect.stringContaining('127.0.0.1:1') });
  expect(result.output).not.toContain('s3cret-w0rd');
});

test('the partitioned tables keep the rules of a distributed table: every unique key has id, no trigger, no foreign key', async () => {
  await prisma(db.url, 'migrate', 'deploy');
  const tables = await db.query<{ name: string; keys: string[]; triggers: number; references: number }>(`
    SELECT class.relname::text AS name,
           (SELECT array_agg(pg_get_indexdef(indexrelid)) FROM pg_index WHERE indrelid = class.oid AND indisunique) AS keys,
           (SELECT count(*)::int FROM pg_trigger WHERE tgrelid = class.oid) AS triggers,
           (SELECT count(*)::int FROM pg_constraint
             WHERE contype = 'f' AND class.oid IN (conrelid, confrelid)) AS "references"
    FROM pg_class AS class
    WHERE class.relkind = 'p'
    ORDER BY class.relname`);
  expect(tables.map(({ name }) => name)).toEqual([...partitionedTables].sort());
  for (const { name, keys, triggers, references } of tables) {
    expect(keys, name).toHaveLength(1);
    expect(keys[0], name).toMatch(/\(id\)$/);
    expect({ triggers, references }, name).toEqual({ triggers: 0, references: 0 });
  }
});
