import type { WebSocket } from 'ws';
import type { LiveFilter } from '../contract/live.js';
import { Problem, problemDocument } from '../http/problem.js';
import { controlMessage } from './live-message.js';
import type { MessageRing } from './message-ring.js';
import { readLiveRequest } from './read-live-request.js';

/** Bytes that may wait in a socket; beyond, the client waits in the ring instead: some 1,500 rows. */
const MOST_BUFFERED = 1_048_576;
/** Messages that cannot be understood before the connection is closed (1008): a client that talks past us will not stop. */
const MOST_BAD = 10;

export interface LiveClientOptions {
  socket: WebSocket;
  ring: MessageRing;
  /** Told how many messages a slow client lost. */
  onMissed: (count: number) => void;
}

/**
 * One connection: a place in the ring that all share, moving on as the socket takes what its filter matches.
 *
 *     flowing ──(1 MiB in the socket)──▶ waiting ──(half of it written)──▶ flowing
 *
 * A slow reader costs 1 MiB and no more: while it waits nothing is kept for it. It goes on where it stood, and if the ring has moved past that
 * place it is told first, by a `gap`, from which cursor to which and how many. Delivery is at least once, in commit order.
 */
export class LiveClient {
  readonly socket: WebSocket;
  readonly #ring: MessageRing;
  readonly #onMissed: (count: number) => void;
  #filter: LiveFilter = {};
  #position: number;
  #cursor: string;
  #waiting = false;
  #alive = true;
  #bad = 0;

  constructor({ socket, ring, onMissed }: LiveClientOptions) {
    this.socket = socket;
    this.#ring = ring;
    this.#onMissed = onMissed;
    this.#position = ring.next;
    this.#cursor = ring.newest;
    socket.on('message', (data, isBinary) => this.#onMessage(isBinary ? '' : String(data)));
    socket.on('pong', () => {
      this.#alive = true;
    });
  }

  greet(data: object): void {
    this.#tell('hello', data);
  }

  /** Sends what has come since, as far as the socket takes it. */
  pump(): void {
    if (this.#waiting || this.socket.readyState !== this.socket.OPEN) return;
    while (this.#position < this.#ring.next) {
      if (this.socket.bufferedAmount >= MOST_BUFFERED) {
        this.#waiting = true;
        return;
      }
      if (this.#position < this.#ring.first) {
        const count = this.#ring.first - this.#position;
        this.#onMissed(count);
        this.#skipTo(this.#ring.first, this.#cursor, count);
      }
      const message = this.#ring.at(this.#position);
      this.#position += 1;
      if (!message) continue;
      this.#cursor = message.cursor;
      if (message.matches(this.#filter)) this.socket.send(message.frame, { binary: false }, this.#onWritten);
    }
  }

  /** Asks for a sign of life; a peer that gave none since it was asked last is gone. */
  beat(): void {
    if (this.#alive) this.socket.ping();
    else this.socket.terminate();
    this.#alive = false;
  }

  readonly #onWritten = (): void => {
    if (!this.#waiting || this.socket.bufferedAmount > MOST_BUFFERED / 2) return;
    // Who reads, lives: its pong may be stuck behind what it still has to read.
    this.#alive = true;
    this.#waiting = false;
    this.pump();
  };

  #onMessage(text: string): void {
    // Every message has an answer; whoever asks on and on without reading would fill the memory with them.
    if (this.socket.bufferedAmount > MOST_BUFFERED * 2) {
      this.socket.terminate();
      return;
    }
    const request = readLiveRequest(text);
    if (request instanceof Problem) {
      this.#bad += 1;
      this.#tell('system', { problem: problemDocument(request) });
      if (this.#bad >= MOST_BAD) this.socket.close(1008, 'too many messages that are not valid');
      return;
    }
    this.#filter = request.filter;
    if (request.after) this.#resume(request.after);
    this.#tell('system', { subscribed: request.filter });
    this.pump();
  }

  #resume(after: string): void {
    const sequence = this.#ring.following(after);
    if (sequence === undefined) {
      this.#skipTo(this.#ring.first, after, null);
    } else {
      this.#position = sequence;
      this.#cursor = after;
    }
  }

  /** What came after `from`, up to and with the cursor before the place that is gone to, is not sent. `count` is before the filter. */
  #skipTo(sequence: number, from: string, count: number | null): void {
    this.#position = sequence;
    this.#cursor = this.#ring.before;
    this.#tell('gap', { from, to: this.#cursor, count });
  }

  #tell(type: 'hello' | 'gap' | 'system', data: object): void {
    this.socket.send(controlMessage(type, this.#cursor, data), this.#onWritten);
  }
}
