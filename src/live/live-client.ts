import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { LiveFilter } from '../contract/live.js';
import { Problem, problemDocument } from '../http/problem.js';
import type { CommitFeed } from './commit-feed.js';
import { type CompiledFilter, compileFilter } from './compile-filter.js';
import { type LiveCursor, readCursor, wasSent } from './live-cursor.js';
import { controlMessage, type LiveMessage } from './live-message.js';
import { readLiveRequest } from './read-live-request.js';

/** Bytes that may wait in a socket; beyond, the client waits in the ring instead: some 1,500 rows. */
const MOST_BUFFERED = 1_048_576;
/** Messages that cannot be understood before the connection is closed (1008): a client that talks past us will not stop. */
const MOST_BAD = 10;
/** Messages of a client that wait while an earlier one is answered. */
const MOST_ASKED = 200;
/** How long (ms) a socket may take nothing of what waits for it. */
const STALLED_AFTER = 30_000;
/** How long a greeted client is sent nothing, so that one that resumes can say so before it is pushed what it has already, in ms. */
const FIRST_REQUEST_WITHIN = 250;
const NOTHING_PUSHED = { from: 0, to: 0, filter: compileFilter({}) };
/** Close code of our own: the peer reads too slowly, or not at all. */
export const TOO_SLOW = 4408;

export interface LiveClientOptions {
  socket: WebSocket;
  /** What the socket writes to: frames of one turn go to the kernel together. */
  stream?: Pick<Duplex, 'cork' | 'uncork'>;
  feed: CommitFeed;
  /** Told how many messages a slow client lost. */
  onMissed: (count: number) => void;
  /** The filter has changed: what has to be read may have, too. Returns the feed to read from, which may be a new one. */
  onFilter: (current: CommitFeed) => CommitFeed;
}

/**
 * One connection: a place in the ring that all share, moving on as the socket takes what its filter matches.
 *
 *     held ──(greeted, resumed)──▶ flowing ──(1 MiB in the socket)──▶ waiting ──(half of it written)──▶ flowing
 *                                                                        └──(30 s without a byte taken)──▶ closed, 4408
 *
 * A slow reader costs 1 MiB and no more: while it waits nothing is kept for it. It goes on where it stood, and if the ring has moved past that
 * place it is told first, by a `gap`, from which cursor to which and how many. One that takes nothing at all for 30 s is closed, and has as
 * long again to read why. Messages of the client are answered one after the other.
 */
export class LiveClient {
  readonly socket: WebSocket;
  readonly #stream: Pick<Duplex, 'cork' | 'uncork'> | undefined;
  readonly #onMissed: (count: number) => void;
  readonly #onFilter: (current: CommitFeed) => CommitFeed;
  #feed: CommitFeed;
  #filter: CompiledFilter = compileFilter({});
  /** Sequence number in the ring of what it is sent next. */
  #position = 0;
  /** Where it stands: a cursor, or the last message that it went past. */
  #at: string | LiveMessage = '0';
  /** Where it resumed: what it was sent elsewhere is not sent again. */
  #resumed: LiveCursor | undefined;
  /** What was pushed on this connection between its greeting and its first request, places in the ring: a client that resumes asks for it a moment too late. */
  #pushed: { from: number; to: number; filter: CompiledFilter } | undefined;
  #greetedAt: number | undefined;
  #held = true;
  #waiting = false;
  #alive = true;
  #bad = 0;
  #asked = 0;
  /** When the socket last had nothing to write, or wrote some, on the monotonic clock in ms. */
  #progress = performance.now();
  #work = Promise.resolve();

  constructor({ socket, stream, feed, onMissed, onFilter }: LiveClientOptions) {
    this.socket = socket;
    this.#stream = stream;
    this.#feed = feed;
    this.#onMissed = onMissed;
    this.#onFilter = onFilter;
    socket.on('message', (data, isBinary) => this.#onMessage(isBinary ? '' : String(data)));
    socket.on('pong', () => {
      this.#alive = true;
    });
  }

  get wantsRows(): boolean {
    return this.#filter.wantsRows;
  }

  get wantsTicks(): boolean {
    return this.#filter.wantsTicks;
  }

  /** Begins at the newest message, once the ring has begun. Where it has not (no database), the greeting comes all the same. */
  greet(data: () => object): Promise<void> {
    return this.#then(async () => {
      const { begun, hasBegun } = this.#feed;
      if (!hasBegun) {
        this.#tell('hello', data());
        await begun;
      }
      this.#goToNewest();
      if (hasBegun) this.#tell('hello', data());
      this.#greetedAt = this.#position;
      // In its turn, so that a request that came meanwhile is answered first.
      setTimeout(() => void this.#then(() => this.#release()), FIRST_REQUEST_WITHIN).unref();
    });
  }

  /** Sends what has come since, as far as the socket takes it. */
  pump(): void {
    if (this.#held || this.#waiting || !this.#isOpen) return;
    this.#stream?.cork();
    try {
      this.#pump();
    } finally {
      this.#stream?.uncork();
    }
  }

  tick(data: object): void {
    if (!this.#held && this.#isOpen && this.socket.bufferedAmount < MOST_BUFFERED) this.#tell('system', data);
  }

  /** Asks for a sign of life; a peer that gave none since it was asked last, although it is sent nothing else, is gone. */
  beat(): void {
    if (this.#waiting || this.socket.bufferedAmount > 0) return;
    if (this.#alive) this.socket.ping();
    else this.socket.close(TOO_SLOW, 'no sign of life');
    this.#alive = false;
  }

  /** Closes a connection that has taken nothing for 30 s. */
  checkProgress(now: number): void {
    if (this.socket.bufferedAmount === 0) this.#progress = now;
    else if (now - this.#progress > STALLED_AFTER && this.#isOpen)
      this.socket.close(TOO_SLOW, 'too slow: nothing was read for 30 s');
  }

  get #isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  get #cursor(): string {
    return typeof this.#at === 'string' ? this.#at : this.#at.cursor;
  }

  #pump(): void {
    const { ring } = this.#feed;
    const filter = this.#filter;
    while (this.#position < ring.next) {
      if (this.#position < ring.first) {
        const count = ring.first - this.#position;
        this.#onMissed(count);
        this.#skipTo(ring.first, this.#resumed ? null : count);
      }
      const message = ring.at(this.#position);
      if (message && filter.matches(message) && !this.#wasSent(message)) {
        if (this.socket.bufferedAmount >= MOST_BUFFERED) {
          this.#waiting = true;
          return;
        }
        this.socket.send(message.frame, { binary: false }, this.#onWritten);
      }
      this.#position += 1;
      if (message && !this.#resumed) this.#at = message;
    }
    if (this.#resumed && this.#feed.hasAll(this.#resumed)) {
      this.#resumed = undefined;
      this.#at = ring.newest;
    }
  }

  #wasSent(message: LiveMessage): boolean {
    if (this.#resumed && wasSent(this.#resumed, message.seq, message.index)) return true;
    const { from, to, filter } = this.#pushed ?? NOTHING_PUSHED;
    return this.#position >= from && this.#position < to && filter.matches(message);
  }

  readonly #onWritten = (): void => {
    this.#progress = performance.now();
    if (!this.#waiting || this.socket.bufferedAmount > MOST_BUFFERED / 2) return;
    // Who reads, lives: its pong may be stuck behind what it still has to read.
    this.#alive = true;
    this.#waiting = false;
    this.pump();
  };

  #onMessage(text: string): void {
    this.#asked += 1;
    // Every message has an answer; whoever asks on and on without reading would fill the memory with them.
    if (this.socket.bufferedAmount > MOST_BUFFERED * 2 || this.#asked > MOST_ASKED) {
      this.socket.terminate();
      return;
    }
    void this.#then(async () => {
      this.#asked -= 1;
      await this.#answer(text);
    });
  }

  /** One piece of work after the other; what fails ends the connection, and nothing else. */
  #then(work: () => void | Promise<void>): Promise<void> {
    this.#work = this.#work.then(work).catch(() => this.socket.terminate());
    return this.#work;
  }

  async #answer(text: string): Promise<void> {
    if (!this.#isOpen) return;
    const request = readLiveRequest(text);
    if (request instanceof Problem) {
      this.#bad += 1;
      this.#tell('system', { problem: problemDocument(request) });
      if (this.#bad >= MOST_BAD) this.socket.close(1008, 'too many messages that are not valid');
      return;
    }
    this.#held = true;
    try {
      await this.#subscribe(request.filter, request.after ?? undefined);
      this.#tell('system', { subscribed: request.filter });
    } finally {
      this.#release();
    }
  }

  #release(): void {
    this.#held = false;
    this.pump();
  }

  async #subscribe(filter: LiveFilter, after: string | undefined): Promise<void> {
    const from = this.#greetedAt;
    this.#greetedAt = undefined;
    this.#pushed =
      from === undefined || after === undefined
        ? undefined
        : { from, to: this.#position, filter: this.#filter };
    this.#filter = compileFilter(filter);
    const feed = this.#onFilter(this.#feed);
    if (feed !== this.#feed) {
      this.#feed = feed;
      await feed.begun;
      this.#goToNewest();
      this.#pushed = undefined;
    }
    if (after !== undefined) await this.#resume(after);
  }

  /** Goes on after a cursor, of whatever replica: all of the ring that it does not cover, after a gap for what is not there any more. */
  async #resume(after: string): Promise<void> {
    const cursor = readCursor(after);
    const { count, isAlien } = cursor
      ? await this.#feed.missingAfter(cursor)
      : { count: null, isAlien: true };
    const { ring } = this.#feed;
    this.#at = after;
    this.#resumed = isAlien ? undefined : cursor;
    if (count === 0) this.#position = ring.first;
    else {
      this.#skipTo(ring.first, count);
      if (!isAlien) this.#at = after;
    }
  }

  #goToNewest(): void {
    const { ring } = this.#feed;
    this.#position = ring.next;
    this.#at = ring.newest;
    this.#resumed = undefined;
  }

  /** What came after its cursor, up to and with the one before the place that is gone to, is not sent. `count` is before the filter. */
  #skipTo(sequence: number, count: number | null): void {
    const from = this.#cursor;
    this.#position = sequence;
    this.#at = this.#feed.ring.before;
    this.#tell('gap', { from, to: this.#at, count });
  }

  #tell(type: 'hello' | 'gap' | 'system', data: object): void {
    this.socket.send(controlMessage(type, this.#cursor, data), this.#onWritten);
  }
}
