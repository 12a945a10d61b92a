import pg from 'pg';
import type { CommitBus } from '../store/commit-bus.js';
import { COMMITS_CHANNEL } from './feed-connection.js';

/** Milliseconds between two hints: others read at once what has come since. */
const PAUSE = 4;
/** After a failure, in ms. Nothing is lost meanwhile: others look by themselves once a second. */
const RETRY = 1_000;

export interface CommitNotifierOptions {
  bus: CommitBus;
  url: string;
  replica: string;
  log: { warn(fields: object, message: string): void };
}

/**
 * Hints to the other replicas that this one has committed: its id and the newest number. Not within the flush: a transaction that notifies holds a
 * lock of the whole server until it has committed, so that flushes would wait for each other's disk. So the hint goes after the commit, over a
 * connection of its own that does not wait for the disk (`synchronous_commit=off`), one at a time, and never more often than every 4 ms.
 */
export class CommitNotifier {
  readonly #options: CommitNotifierOptions;
  #client: pg.Client | undefined;
  #newest = 0;
  #told = 0;
  #busy = false;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: CommitNotifierOptions) {
    this.#options = options;
    options.bus.on('committed', this.#onCommitted);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#options.bus.off('committed', this.#onCommitted);
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  readonly #onCommitted = ({ seq }: { seq: number }): void => {
    if (seq > this.#newest) this.#newest = seq;
    if (!this.#busy) void this.#tell();
  };

  /** Never rejects. */
  async #tell(): Promise<void> {
    this.#busy = true;
    let pause = PAUSE;
    try {
      const newest = this.#newest;
      const client = this.#client ?? (await this.#connect());
      await client.query({
        name: 'notify',
        text: 'SELECT pg_notify($1, $2)',
        values: [COMMITS_CHANNEL, `${this.#options.replica} ${newest}`],
      });
      this.#told = newest;
    } catch (error) {
      pause = RETRY;
      const client = this.#client;
      this.#client = undefined;
      client?.end().catch(() => undefined);
      if (!this.#closed)
        this.#options.log.warn({ err: error }, 'live feed: other replicas could not be told of a commit');
    }
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#busy = false;
      if (this.#newest > this.#told) void this.#tell();
    }, pause).unref();
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#options.url,
      application_name: 'foodieexpress-notifier',
      connectionTimeoutMillis: 2_000,
      statement_timeout: 2_000,
      query_timeout: 2_500,
      keepAlive: true,
      options: '-c synchronous_commit=off',
    });
    // Without a listener an error between two hints would end the process.
    client.on('error', () => {
      if (this.#client === client) this.#client = undefined;
    });
    try {
      await client.connect();
    } catch (error) {
      client.end().catch(() => undefined);
      throw error;
    }
    if (this.#closed) {
      await client.end();
      throw new Error('closed');
    }
    this.#client = client;
    return client;
  }
}
