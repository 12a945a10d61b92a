import type { Commit, CommitBus } from '../store/commit-bus.js';
import { newUuidV7 } from '../store/new-uuid-v7.js';
import type { LiveClient } from './live-client.js';
import { LiveMessage } from './live-message.js';
import { MessageRing } from './message-ring.js';

/**
 * Four of the largest flushes (1,000 rows), so that several in one turn of the event loop reach a quick reader without a gap; 8 Mi units
 * bound it where rows are as large as they may be (32 KiB).
 */
const KEPT = { messages: 4_000, length: 8_388_608 };
/** How long it goes on listening when the last client has left, in ms: a page that reconnects misses nothing. */
const LINGER = 60_000;
/** Seconds between pings. */
export const HEARTBEAT_SECONDS = 20;

export interface LiveHubOptions {
  bus: CommitBus;
  /** Unix ms. */
  clock: () => number;
  log: { error(fields: object, message: string): void };
}

/**
 * Hands what this replica commits to its own subscribers. It listens to commits only while somebody is connected, and a minute
 * longer; a feed that nobody watches costs ingest nothing. Committing never waits for it: a flush leaves its rows in the ring, and clients
 * are served in the next turn of the event loop.
 */
export class LiveHub {
  readonly #options: LiveHubOptions;
  readonly #clients = new Set<LiveClient>();
  #ring: MessageRing | undefined;
  #scheduled = false;
  #heartbeat: NodeJS.Timeout | undefined;
  #linger: NodeJS.Timeout | undefined;

  constructor(options: LiveHubOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#clients.size;
  }

  /** The ring that a new client starts from; from now on commits go into it. */
  listen(): MessageRing {
    clearTimeout(this.#linger);
    if (this.#ring) return this.#ring;
    this.#ring = new MessageRing(KEPT, newUuidV7(this.#options.clock()));
    this.#options.bus.on('committed', this.#onCommitted);
    return this.#ring;
  }

  join(client: LiveClient): void {
    this.#clients.add(client);
    this.#heartbeat ??= setInterval(() => {
      for (const one of this.#clients) one.beat();
    }, HEARTBEAT_SECONDS * 1_000).unref();
    client.socket.on('close', () => this.#leave(client));
  }

  /** Closes every connection at once. Whoever does not answer is cut off by the server's close timeout. */
  close(): void {
    for (const { socket } of this.#clients) socket.close(1001, 'the service is closing');
    clearTimeout(this.#linger);
    this.#stopListening();
  }

  #leave(client: LiveClient): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
    if (this.#ring) this.#linger = setTimeout(() => this.#stopListening(), LINGER).unref();
  }

  #stopListening(): void {
    this.#options.bus.off('committed', this.#onCommitted);
    this.#ring = undefined;
  }

  readonly #onCommitted = ({ rows }: Commit): void => {
    for (const row of rows) if (row.kind !== 'metric') this.#ring?.push(new LiveMessage(row));
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      for (const client of this.#clients) this.#serve(client);
    });
  };

  /** Nothing waits for this: what is thrown here would end the process. */
  #serve(client: LiveClient): void {
    try {
      client.pump();
    } catch (error) {
      this.#options.log.error({ err: error }, 'live client could not be served');
      client.socket.terminate();
    }
  }
}
