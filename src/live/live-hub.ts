import type { CommitBus } from '../store/commit-bus.js';
import type { PendingRow } from '../store/pending-row.js';
import type { LiveClient } from './live-client.js';
import { LiveMessage } from './live-message.js';

/** Messages kept for clients that come back: a minute at 16 rows a second, 1 MB. */
const KEPT = 1_000;

/**
 * Hands what this replica commits to its own subscribers. It listens to commits only while somebody is connected, so a feed that nobody
 * watches costs ingest nothing; what was committed meanwhile is reported as a gap to whoever asks for it.
 */
export class LiveHub {
  readonly #bus: CommitBus;
  readonly #clients = new Set<LiveClient>();
  #recent: LiveMessage[] = [];

  constructor(bus: CommitBus) {
    this.#bus = bus;
  }

  get clients(): ReadonlySet<LiveClient> {
    return this.#clients;
  }

  /** The cursor of the newest message, or null before the first. */
  get newest(): string | null {
    return this.#recent.at(-1)?.cursor ?? null;
  }

  /** What came after a cursor, oldest first; undefined if it is no longer, or was never, among the messages kept. */
  since(cursor: string): LiveMessage[] | undefined {
    const at = this.#recent.findLastIndex((message) => message.cursor === cursor);
    return at === -1 ? undefined : this.#recent.slice(at + 1);
  }

  add(client: LiveClient): void {
    if (this.#clients.size === 0) this.#bus.on('committed', this.#onCommitted);
    this.#clients.add(client);
  }

  remove(client: LiveClient): void {
    if (!this.#clients.delete(client) || this.#clients.size > 0) return;
    this.#bus.off('committed', this.#onCommitted);
    this.#recent = [];
  }

  readonly #onCommitted = (rows: readonly PendingRow[]): void => {
    const messages = rows.filter((row) => row.kind !== 'metric').map((row) => new LiveMessage(row));
    this.#recent = [...this.#recent, ...messages].slice(-KEPT);
    for (const client of this.#clients) client.deliver(messages);
  };
}
