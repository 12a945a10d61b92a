import pg from 'pg';

export interface QueueLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** One connection listens for jobs; the other takes them, runs the short statements around each try, and ends them. */
const CONNECTIONS = 2;

/** The queue's own connections, apart from what requests wait for. */
export function openQueuePool(url: string, log: QueueLog, max = CONNECTIONS): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: 'foodieexpress-deliveries',
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    statement_timeout: 10_000,
    keepAlive: true,
  });
  const lost = (error: Error) => log.warn({ err: error }, 'a connection of the delivery queue was lost');
  // Without these two an idle connection's error, and one of a connection in use, ends the process.
  pool.on('error', lost);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
  });
  return pool;
}
