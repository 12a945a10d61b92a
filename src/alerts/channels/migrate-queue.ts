import { runMigrations } from 'graphile-worker';
import { queueLogger } from './queue-logger.js';
import { openQueuePool, type QueueLog } from './queue-pool.js';

/**
 * Makes or updates the job queue's schema (graphile_worker); one question where nothing is missing. Several replicas may do so at once. The database's user
 * must be allowed to make a schema, the first time.
 */
export async function migrateQueue(url: string, log: QueueLog): Promise<void> {
  const pool = openQueuePool(url, log, 1);
  try {
    await runMigrations({ pgPool: pool, logger: queueLogger(log) });
  } finally {
    await pool.end();
  }
}
