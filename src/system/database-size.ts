import type pg from 'pg';

/** Milliseconds. PostgreSQL looks at each file of the database: 1 ms per 100 of them, and partitions are many. */
const EVERY = 60_000;

/** What the database takes on disk, once a minute. Nobody waits for it, and where it cannot be had nothing else is missing. */
export class DatabaseSize {
  readonly #pool: pg.Pool;
  #askedAt = -Infinity;
  /** Bytes; undefined: not known yet. */
  latest: number | undefined;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Never rejects. */
  async refresh(): Promise<void> {
    if (performance.now() - this.#askedAt < EVERY) return;
    this.#askedAt = performance.now();
    try {
      const { rows } = await this.#pool.query<{ bytes: number }>(
        'SELECT pg_database_size(current_database())::float8 AS bytes',
      );
      this.latest = rows[0]?.bytes;
    } catch {
      // Asked again in a minute.
    }
  }
}
