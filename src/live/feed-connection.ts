import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** The channel of hints that something was committed. */
export const COMMITS_CHANNEL = 'foodieexpress_commits';
/** Milliseconds. */
const CONNECT_TIMEOUT = 2_000;
const QUERY_TIMEOUT = 5_000;
const FIRST_RETRY = 50;
const LONGEST_RETRY = 5_000;

export interface FeedConnectionOptions {
  url: string;
  log: { warn(fields: object, message: string): void };
  /** Called each time that it listens: what was committed while it did not has told nobody. */
  onUp: () => void;
  onNotification: (payload: string) => void;
}

/**
 * The one connection of a live feed: it listens, and what is to be read is read through it, so that a page of analytics that holds every other
 * connection does not hold the feed up.
 *
 *     closed ──start──▶ connecting ──LISTEN──▶ up ──(lost, hung)──▶ connecting, after 50 ms, then twice that, up to 5 s
 *
 * Hints that come while it is not up are lost; `onUp` makes up for them.
 */
export class FeedConnection {
  readonly #options: FeedConnectionOptions;
  #client: pg.Client | undefined;
  #up = false;
  #since = Date.now();
  #retry: NodeJS.Timeout | undefined;
  #pause = FIRST_RETRY;
  #connecting: Promise<void> | undefined;
  #started = false;

  constructor(options: FeedConnectionOptions) {
    this.#options = options;
  }

  get isUp(): boolean {
    return this.#up;
  }

  /** When it came up or went down last, Unix ms. */
  get since(): number {
    return this.#since;
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#pause = FIRST_RETRY;
    this.#connect();
  }

  async stop(): Promise<void> {
    this.#started = false;
    clearTimeout(this.#retry);
    await this.#connecting;
    const client = this.#client;
    this.#drop();
    if (client)
      await Promise.race([client.end().catch(() => undefined), sleep(1_000, undefined, { ref: false })]);
  }

  /** Asks something through it. Rejects when it is not up. A failure that is not a statement's own ends the connection. */
  async ask<Answer>(question: (client: pg.Client) => Promise<Answer>): Promise<Answer> {
    const client = this.#client;
    if (!client || !this.#up) throw new Error('the feed is not connected');
    try {
      return await question(client);
    } catch (error) {
      // An SQLSTATE other than «the server ends this» leaves it as it was.
      if (!/^(?!57P|08)[0-9A-Z]{5}$/.test(String((error as { code?: unknown }).code)))
        this.#lose(client, error);
      throw error;
    }
  }

  #connect(): void {
    const client = new pg.Client({
      connectionString: this.#options.url,
      application_name: 'foodieexpress-listener',
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      statement_timeout: QUERY_TIMEOUT - 500,
      query_timeout: QUERY_TIMEOUT,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      // A plan for any ids would lock every partition; one for these ids knows their days.
      options: '-c plan_cache_mode=force_custom_plan',
    });
    this.#client = client;
    client.on('error', (error) => this.#lose(client, error));
    client.on('end', () => this.#lose(client, new Error('the connection ended')));
    client.on('notification', ({ payload = '' }) => this.#options.onNotification(payload));
    this.#connecting = client
      .connect()
      .then(() => client.query(`LISTEN ${COMMITS_CHANNEL}`))
      .then(
        () => {
          if (this.#client !== client || !this.#started) return;
          this.#up = true;
          this.#since = Date.now();
          this.#pause = FIRST_RETRY;
          this.#options.onUp();
        },
        (error: unknown) => this.#lose(client, error),
      );
  }

  /** An error may be told twice; the first counts. */
  #lose(client: pg.Client, error: unknown): void {
    if (this.#client !== client) return;
    this.#drop();
    // It may hang: nobody waits for its end.
    client.end().catch(() => undefined);
    if (!this.#started) return;
    this.#options.log.warn({ err: error }, 'live feed: connection lost, connecting again');
    this.#retry = setTimeout(() => this.#connect(), this.#pause).unref();
    this.#pause = Math.min(this.#pause * 2, LONGEST_RETRY);
  }

  #drop(): void {
    this.#client = undefined;
    if (this.#up) this.#since = Date.now();
    this.#up = false;
  }
}
