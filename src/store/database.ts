import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../generated/prisma/client.js';

export interface DatabaseLog {
  warn(fields: object, message: string): void;
}

export interface DatabaseOptions {
  url: string;
  /** Statements the commit queue keeps in flight; its pool has one more, for the probe. */
  writers: number;
  log: DatabaseLog;
}

/**
 * The ways to PostgreSQL. They share nothing, so that a slow question never holds a connection that a commit waits for: `reader` serves accounts,
 * questions and jobs, through Prisma too; the writer pool is the commit queue's alone; `seeker` is for statements whose plans are kept; `system` is
 * for what the service says of itself, which must be heard when all others are busy.
 */
export interface Database {
  reader: PrismaClient;
  /** How many connections each pool has, how many are idle, and how many callers wait for one. */
  pools: { reader: pg.Pool; seeker: pg.Pool; writer: pg.Pool; system: pg.Pool };
  close(): Promise<void>;
}

/** The pg driver waits for ever by default; a request must be answered within 5 s, so each step has its own bound (ms). */
const CONNECT_TIMEOUT = 2_000;
const WRITE_TIMEOUT = 3_500;
const READ_TIMEOUT = 15_000;
/** Whoever asks how things are wants to know within a second, also that nothing answers. */
const SYSTEM_TIMEOUT = 1_000;

const READERS = 10;
const SEEKERS = 2;
/** A heartbeat, and an admin who asks. */
const WATCHERS = 2;

/** Opens the pools. Nothing connects until the first query, so a database that is away does not stop the start. */
export function openDatabase({ url, writers, log }: DatabaseOptions): Database {
  const writerPool = openPool(url, log, {
    max: writers + 1,
    application_name: 'foodieexpress-writer',
    // The server gives up first, so that the outcome is known; the client's bound is for a server that hangs.
    statement_timeout: WRITE_TIMEOUT - 500,
    query_timeout: WRITE_TIMEOUT,
    // «2xx means committed» must not depend on a default that somebody changed for the whole server.
    options: '-c synchronous_commit=on',
  });
  const readerPool = openPool(url, log, {
    max: READERS,
    application_name: 'foodieexpress-reader',
    statement_timeout: READ_TIMEOUT - 500,
    query_timeout: READ_TIMEOUT,
    // A question is planned for its own span: 0.3 ms. After five askings PostgreSQL would trust a plan for any span, which reads whole rollups
    // (200 ms instead of 30 for a month's errors) or walks a hundred partitions backwards for a value that there is not (6 s instead of 15 ms).
    options: '-c plan_cache_mode=force_custom_plan',
  });
  const seekerPool = openPool(url, log, {
    max: SEEKERS,
    application_name: 'foodieexpress-seeker',
    statement_timeout: READ_TIMEOUT - 500,
    query_timeout: READ_TIMEOUT,
    // Plans for any value, made once, 1 MB each: src/analytics/lists/seek-rows.ts.
    options: '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off',
  });
  const systemPool = openPool(url, log, {
    max: WATCHERS,
    application_name: 'foodieexpress-system',
    connectionTimeoutMillis: SYSTEM_TIMEOUT,
    statement_timeout: SYSTEM_TIMEOUT - 100,
    query_timeout: SYSTEM_TIMEOUT,
  });
  const reader = new PrismaClient({ adapter: new PrismaPg(readerPool) });
  return {
    reader,
    pools: { reader: readerPool, seeker: seekerPool, writer: writerPool, system: systemPool },
    async close() {
      await reader.$disconnect();
      await Promise.all([readerPool.end(), seekerPool.end(), writerPool.end(), systemPool.end()]);
    },
  };
}

function openPool(url: string, log: DatabaseLog, options: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    ...options,
  });
  // An idle client's error without a listener ends the process.
  pool.on('error', (error) =>
    log.warn({ err: error, pool: options.application_name }, 'idle connection lost'),
  );
  return pool;
}
