import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../http/problem.js';
import type { CommitFeed, FeedState } from './commit-feed.js';
import type { LiveClient } from './live-client.js';
import type { TickSource } from './tick-source.js';

/** How long it goes on listening when the last client that wants rows has left, in ms: a page that reconnects goes on at once. */
const LINGER = 60_000;
/** How long a new connection waits for the feed to begin, in ms: it takes some 20, and without a database it never does. */
const BEGIN_WITHIN = 2_000;
/** Seconds between pings. */
export const HEARTBEAT_SECONDS = 20;
/** How often a second is looked for readers that stalled, in ms. */
const CHECK_EVERY = 2_000;
/** How long a peer may take to answer when the service closes, in ms. */
const CLOSE_WITHIN = 1_000;

export interface LiveHubOptions {
  /** Opens a feed; called when the first client comes that wants rows. */
  openFeed: (heard: { onMessages: () => void; onLost: () => void }) => CommitFeed;
  /** Counts a second over all replicas; runs only while somebody wants it. */
  openTicks: (onTick: (data: object) => void) => TickSource;
  log: { error(fields: object, message: string): void };
}

/**
 * Hands what is committed, here and at other replicas, to this replica's own subscribers. It reads what is committed only while somebody
 * wants it, and a minute longer; a feed that nobody watches costs ingest a hint to others every few ms. Committing never waits for it: a
 * flush leaves its rows in the ring, and clients are served in the next turn of the event loop.
 */
export class LiveHub {
  readonly #options: LiveHubOptions;
  readonly #clients = new Set<LiveClient>();
  readonly #stopping = new Set<Promise<void>>();
  #feed: CommitFeed | undefined;
  #ticks: TickSource | undefined;
  #scheduled = false;
  #timers: NodeJS.Timeout[] = [];
  #linger: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: LiveHubOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#clients.size;
  }

  /** How the connection to the commits of others is. */
  get state(): FeedState {
    return this.#feed?.state ?? { state: 'idle', since: 0, lag: null };
  }

  /** The feed that a new client starts from; from now on commits go into its ring. */
  listen(): CommitFeed {
    clearTimeout(this.#linger);
    this.#linger = undefined;
    this.#feed ??= this.#options.openFeed({ onMessages: this.#onMessages, onLost: () => this.#onLost() });
    return this.#feed;
  }

  /**
   * Waits for the feed to begin, 2 s at most, before a connection is opened: what commits once it is open is pushed to it. A connection that
   * then does not come leaves the feed to its minute.
   */
  async ready(): Promise<void> {
    this.#refuseWhenClosed();
    const feed = this.listen();
    if (!this.#someWantRows()) this.#stopLater();
    if (!feed.hasBegun) await Promise.race([feed.begun, sleep(BEGIN_WITHIN, undefined, { ref: false })]);
    this.#refuseWhenClosed();
  }

  #refuseWhenClosed(): void {
    if (this.#closed)
      throw new Problem('shutting-down', 'The service is closing; another replica may be there.');
  }

  join(client: LiveClient): void {
    this.#clients.add(client);
    if (this.#timers.length === 0) {
      this.#timers = [
        setInterval(() => this.#each((one) => one.beat()), HEARTBEAT_SECONDS * 1_000).unref(),
        setInterval(() => this.#each((one) => one.checkProgress(performance.now())), CHECK_EVERY).unref(),
      ];
    }
    client.socket.on('close', () => this.#leave(client));
  }

  /** A client wants something else: what nobody wants is not read. Returns the feed for it to read from. */
  onFilter(client: LiveClient, current: CommitFeed): CommitFeed {
    this.#arrangeTicks();
    if (client.wantsRows) return this.listen();
    // Whoever asked for ticks only, from the start, is no page that comes back to its rows: their feed ends at once.
    if (!this.#someWantRows() && this.#linger === undefined) this.#stopFeed();
    return current;
  }

  /** Closes every connection at once, and cuts off those that do not answer within a second. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { socket } of this.#clients) socket.close(1001, 'the service is closing');
    const late = [...this.#clients];
    setTimeout(() => {
      for (const { socket } of late) socket.terminate();
    }, CLOSE_WITHIN).unref();
    clearTimeout(this.#linger);
    this.#ticks?.stop();
    this.#stopFeed();
    await Promise.all(this.#stopping);
  }

  #leave(client: LiveClient): void {
    this.#clients.delete(client);
    this.#arrangeTicks();
    if (this.#clients.size === 0) {
      for (const timer of this.#timers) clearInterval(timer);
      this.#timers = [];
    }
    if (this.#feed && !this.#someWantRows()) this.#stopLater();
  }

  #stopLater(): void {
    this.#linger ??= setTimeout(() => this.#stopFeed(), LINGER).unref();
  }

  #someWantRows(): boolean {
    for (const client of this.#clients) if (client.wantsRows) return true;
    return false;
  }

  #stopFeed(): void {
    this.#linger = undefined;
    if (this.#feed) {
      const stopping = this.#feed.stop().finally(() => this.#stopping.delete(stopping));
      this.#stopping.add(stopping);
    }
    this.#feed = undefined;
  }

  /** Clients resume by their cursors, and are told of the gap that there is. */
  #onLost(): void {
    this.#stopFeed();
    this.#each(({ socket }) => socket.close(1012, 'the feed lost its place: resume'));
  }

  #arrangeTicks(): void {
    const wanted = [...this.#clients].some((client) => client.wantsTicks);
    if (wanted)
      this.#ticks ??= this.#options.openTicks((data) =>
        this.#each((one) => one.wantsTicks && one.tick(data)),
      );
    else {
      this.#ticks?.stop();
      this.#ticks = undefined;
    }
  }

  readonly #onMessages = (): void => {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#each((client) => client.pump());
    });
  };

  /** Nothing waits for this: what is thrown here would end the process. */
  #each(work: (client: LiveClient) => unknown): void {
    for (const client of this.#clients) {
      try {
        work(client);
      } catch (error) {
        this.#options.log.error({ err: error }, 'live client could not be served');
        client.socket.terminate();
      }
    }
  }
}
