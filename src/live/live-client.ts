import type { WebSocket } from 'ws';
import { type LiveFilter, liveRequestSchema } from '../contract/live.js';
import { controlMessage, type LiveMessage } from './live-message.js';

/** Bytes that may wait in a slow client's socket before rows are left out and counted: some 1,500 rows. */
const MOST_BUFFERED = 1_048_576;
/** Messages that cannot be understood before the connection is closed: a client that talks past us will not stop. */
const MOST_BAD = 10;

export interface LiveClientOptions {
  socket: WebSocket;
  /** What was sent lately, oldest first, and the newest cursor. */
  recent: { since(cursor: string): LiveMessage[] | undefined; newest: string | null };
}

/**
 * One connection. It gets every row that its filter matches, or a `gap` that says exactly how many it did not get and between which cursors:
 * never a silent loss, and never unbounded memory.
 */
export class LiveClient {
  readonly socket: WebSocket;
  readonly #recent: LiveClientOptions['recent'];
  #filter: LiveFilter = {};
  #bad = 0;
  #gap: { after: string | null; before: string; count: number } | undefined;
  #last: string | null;
  /** Cleared by each ping, set by each pong: a peer that misses one is gone. */
  alive = true;

  constructor({ socket, recent }: LiveClientOptions) {
    this.socket = socket;
    this.#recent = recent;
    this.#last = recent.newest;
    socket.on('message', (data) => this.#onMessage(String(data)));
    socket.on('pong', () => {
      this.alive = true;
    });
  }

  deliver(messages: readonly LiveMessage[]): void {
    for (const message of messages) if (message.matches(this.#filter)) this.#deliverOne(message);
  }

  #deliverOne(message: LiveMessage): void {
    if (this.socket.bufferedAmount > MOST_BUFFERED) {
      this.#gap ??= { after: this.#last, before: message.cursor, count: 0 };
      this.#gap.before = message.cursor;
      this.#gap.count += 1;
      return;
    }
    this.#tellGap();
    this.socket.send(message.text);
    this.#last = message.cursor;
  }

  /** What was left out, before the next row goes out. `from` and `to` are the first and last cursors of what may be missing. */
  #tellGap(): void {
    if (!this.#gap) return;
    const { after, before, count } = this.#gap;
    this.#gap = undefined;
    this.socket.send(
      controlMessage('gap', before, { from: after, to: before, count, reason: 'the client was too slow' }),
    );
  }

  #onMessage(text: string): void {
    const request = readRequest(text);
    if (typeof request === 'string') {
      this.#bad += 1;
      this.socket.send(
        controlMessage('system', this.#recent.newest, { problem: 'validation-failed', detail: request }),
      );
      if (this.#bad >= MOST_BAD) this.socket.close(1008, 'too many messages that cannot be understood');
      return;
    }
    this.#filter = request.filter;
    if (request.after !== undefined) this.#resume(request.after);
  }

  #resume(after: string): void {
    const { newest } = this.#recent;
    const missed = this.#recent.since(after);
    if (missed) {
      this.deliver(missed);
      return;
    }
    const reason = 'the cursor is older than what is kept; GET /api/actions has the rows';
    this.socket.send(controlMessage('gap', newest, { from: after, to: newest, count: null, reason }));
  }
}

/** The request, or in plain words what is wrong with it. */
function readRequest(text: string) {
  try {
    const result = liveRequestSchema.safeParse(JSON.parse(text));
    if (result.success) return result.data;
    return result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  } catch {
    return 'A message must be JSON.';
  }
}
