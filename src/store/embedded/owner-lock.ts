import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** Key of the advisory lock in the database `postgres`: «food» in ASCII. */
const KEY = 0x666f6f64;

const NAME_PREFIX = 'foodieexpress-owner ';

/** A service that was killed gives its lock back as soon as the server reads the end of its connection; ms. */
const HAND_OVER = 1_500;

/** SQLSTATEs of a server that starts, stops, or has just lost a backend: it will answer presently. */
const NOT_YET = new Set(['57P01', '57P02', '57P03', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

const CONNECT_TIMEOUT = 2_000;

/** Another service owns the cluster. */
export class OwnedElsewhere extends Error {
  /** Pid of the other service, where it could be found out. */
  readonly pid: string | undefined;
  constructor(pid: string | undefined) {
    super(`another service owns the cluster (process ${pid ?? 'unknown'})`);
    this.pid = pid;
  }
}

/**
 * Who may stop the server and bring it back: the one service that holds an advisory lock on a connection kept open for it. PostgreSQL gives
 * the lock back when that connection ends, however the service ended, so nothing can be left behind or be mistaken for alive.
 */
export class OwnerLock {
  readonly connection: pg.Client;
  #held = true;

  private constructor(connection: pg.Client) {
    this.connection = connection;
    connection.on('end', () => {
      this.#held = false;
    });
  }

  /** False once the connection has ended. */
  get held(): boolean {
    return this.#held;
  }

  /**
   * Waits for the server at this address (database `postgres`) while `worthWaiting`, then takes the lock.
   * Throws {@link OwnedElsewhere} when another service keeps it.
   */
  static async take(url: string, worthWaiting: () => boolean): Promise<OwnerLock> {
    const connection = await connect(url, worthWaiting);
    const lock = new OwnerLock(connection);
    try {
      const deadline = Date.now() + HAND_OVER;
      while (!(await tryLock(connection))) {
        if (Date.now() > deadline) throw new OwnedElsewhere(await findOwner(connection));
        await sleep(50);
      }
      return lock;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  async release(): Promise<void> {
    await this.connection.end().catch(() => undefined);
  }
}

async function connect(connectionString: string, worthWaiting: () => boolean): Promise<pg.Client> {
  for (;;) {
    const connection = new pg.Client({
      connectionString,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      keepAlive: true,
      application_name: `${NAME_PREFIX}${process.pid}`,
    });
    // Its end is noticed by «end»; without a listener the error would end the process.
    connection.on('error', () => undefined);
    try {
      await connection.connect();
      return connection;
    } catch (error) {
      await connection.end().catch(() => undefined);
      if (!NOT_YET.has((error as { code?: string }).code ?? '') || !worthWaiting()) throw error;
      await sleep(50);
    }
  }
}

async function tryLock(connection: pg.Client): Promise<boolean> {
  const { rows } = await connection.query<{ taken: boolean }>(
    'SELECT pg_try_advisory_lock($1::bigint) AS taken',
    [KEY],
  );
  return rows[0]?.taken === true;
}

async function findOwner(connection: pg.Client): Promise<string | undefined> {
  const { rows } = await connection.query<{ application_name: string }>(
    `SELECT a.application_name
       FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = $1::bigint
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [KEY],
  );
  return rows[0]?.application_name.slice(NAME_PREFIX.length);
}
