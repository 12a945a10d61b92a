import type { Commit, CommitBus } from '../store/commit-bus.js';
import {
  type CommitEntry,
  type CommitSize,
  readCommitBounds,
  readCommitSizes,
  readCommitsAfter,
} from '../store/commits.js';
import { CommitOrder } from './commit-order.js';
import { FeedConnection } from './feed-connection.js';
import {
  firstUnsent,
  includes,
  type LiveCursor,
  messageCursor,
  readCursor,
  sentOf,
  wasSent,
} from './live-cursor.js';
import { contentsOf, type LiveContent, LiveMessage } from './live-message.js';
import { MessageRing, type RingBounds } from './message-ring.js';
import { readContents } from './read-contents.js';

/** Milliseconds between looks without a hint: a hint may get lost, a look does not. */
const LOOK_EVERY = 1_000;
/** An own commit is told by the flush itself within milliseconds; after this long (ms) its answer got lost, and it is read like any other. */
const OWN_ANSWER = 5_000;
/** How far back a new ring begins, in seconds: a client that moved here from a replica that went away misses nothing. */
const BACKFILL = 60;
/** Rows read at once: 15 ms, after which clients get their turn. */
const ROWS_AT_ONCE = 1_000;
/** Numbers below the oldest in the table that may still be under way, where that is young, or the table empty. */
const UNDER_WAY = 8;
/** Commits are kept for ten minutes; whoever could not look for nine may have missed some, in ms. */
const LOST_AFTER = 540_000;
/** Seconds of age from which a commit may be forgotten soon, and one beside it may be gone. */
const FORGET_SOON = 580;

export interface CommitFeedOptions {
  bus: CommitBus;
  url: string;
  replica: string;
  bounds: RingBounds;
  log: { warn(fields: object, message: string): void };
  /** Messages have come into the ring. */
  onMessages: () => void;
  /** Nothing could be read for so long that commits were forgotten meanwhile: whoever watches must begin anew. */
  onLost: () => void;
}

/** How a feed is, for health and metrics. */
export interface FeedState {
  /** `idle`: nobody watches. */
  state: 'idle' | 'up' | 'down';
  /** When it became so, Unix ms. */
  since: number;
  /** Seconds since commits were last looked for with success; null while idle. */
  lag: number | null;
}

/**
 * Brings what all replicas commit into one ring: what this replica flushed, as soon as it is committed, and what others did, read from
 * `commits` on a hint, once a second, and whenever the listening connection comes back. The table is the truth and a hint is only a hint, so that a lost
 * connection loses nothing.
 *
 * Begun, it looks where the table stands and fills the ring with the last minute; own commits wait that long. One look at a time.
 */
export class CommitFeed {
  readonly ring: MessageRing;
  /** Resolves once the ring has begun; until then it is empty. */
  readonly begun: Promise<void>;
  #hasBegun = false;
  readonly #options: CommitFeedOptions;
  readonly #connection: FeedConnection;
  readonly #timer: NodeJS.Timeout;
  readonly #startedAt = Date.now();
  /** Own commits seen in the table before their flush told of them, and when. */
  readonly #own = new Map<number, number>();
  /** Own commits that were told before the ring had begun. */
  #early: Commit[] | undefined = [];
  #order = new CommitOrder(0);
  #begin!: () => void;
  #looking: Promise<void> | undefined;
  #again = false;
  #lookedAt = performance.now();
  #stopped = false;

  constructor(options: CommitFeedOptions) {
    this.#options = options;
    this.ring = new MessageRing(options.bounds, '0');
    this.begun = new Promise((resolve) => {
      this.#begin = () => {
        this.#hasBegun = true;
        resolve();
      };
    });
    this.#connection = new FeedConnection({
      url: options.url,
      log: options.log,
      onUp: () => void this.look(),
      onNotification: (payload) => this.#onHint(payload),
    });
    options.bus.on('committed', this.#onCommitted);
    this.#connection.start();
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY).unref();
  }

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  get state(): FeedState {
    const { isUp, since } = this.#connection;
    return {
      state: isUp ? 'up' : 'down',
      since: Math.max(since, this.#startedAt),
      lag: (performance.now() - this.#lookedAt) / 1_000,
    };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#options.bus.off('committed', this.#onCommitted);
    await this.#connection.stop();
  }

  /** Looks for commits that were not seen yet. Never rejects; who comes while it looks waits for the next look. */
  look(): Promise<void> {
    this.#again = true;
    this.#looking ??= this.#lookUntilDone().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /**
   * Whether messages that a cursor has not seen are in the ring no more: how many they are (null: nobody knows), or 0. Looks first, where the cursor is
   * ahead of this replica.
   */
  async missingAfter(cursor: LiveCursor): Promise<{ count: number | null; isAlien: boolean }> {
    if (cursor.newest > this.#order.newest) await this.look();
    if (includes(cursor, this.#before) && cursor.newest <= this.#order.newest)
      return { count: 0, isAlien: false };
    try {
      const bounds = await this.#connection.ask(readCommitBounds);
      // A number that was never given out: a cursor of another database.
      if (cursor.newest > bounds.last) return { count: null, isAlien: true };
      if (includes(cursor, this.#before)) return { count: 0, isAlien: false };
      const first = firstUnsent(cursor);
      const sizes = await this.#connection.ask((client) => readCommitSizes(client, first - 1));
      const count = countMissing(cursor, this.#before, sizes);
      return { count: isKept(cursor, first, bounds.first, sizes[0]) ? count : null, isAlien: false };
    } catch {
      return { count: null, isAlien: false };
    }
  }

  /** Whether this replica has learned of all that was sent by a cursor. */
  hasAll(cursor: LiveCursor): boolean {
    const { newest, holes } = this.#order.frontier;
    return cursor.newest <= newest && !holes.some((hole) => wasSent(cursor, hole, 0));
  }

  get #before(): LiveCursor {
    return readCursor(this.ring.before) ?? { newest: 0, holes: new Set() };
  }

  readonly #onCommitted = (commit: Commit): void => {
    if (this.#early) {
      this.#early.push(commit);
      return;
    }
    if (!this.#order.isNew(commit.seq)) return;
    this.#deliver(commit.seq, contentsOf(commit.rows));
    this.#options.onMessages();
  };

  #onHint(payload: string): void {
    const [replica, newest] = payload.split(' ');
    if (replica !== this.#options.replica && (Number(newest) > this.#order.newest || this.#order.holes > 0))
      void this.look();
  }

  async #lookUntilDone(): Promise<void> {
    do {
      this.#again = false;
      if (!this.#connection.isUp || this.#stopped) break;
      try {
        if (this.#early) await this.#fillRing();
        while (await this.#lookOnce());
        this.#lookedAt = performance.now();
        this.#begin();
      } catch (error) {
        if (!this.#stopped) this.#options.log.warn({ err: error }, 'live feed: commits could not be read');
        break;
      }
    } while (this.#again);
    if (!this.#early && performance.now() - this.#lookedAt > LOST_AFTER) {
      this.#lookedAt = performance.now();
      this.#options.onLost();
    }
  }

  /** Whether there may be more. */
  async #lookOnce(): Promise<boolean> {
    const now = performance.now();
    const { newest, holes } = this.#order.frontier;
    const waits = (seq: number) => now - (this.#own.get(seq) ?? -OWN_ANSWER) < OWN_ANSWER;
    const frontier = { newest, holes: holes.filter((seq) => !waits(seq)) };
    const entries = await this.#connection.ask((client) => readCommitsAfter(client, frontier));
    const due = entries.filter((entry) => this.#isDue(entry, now));
    for (let start = 0; start < due.length; ) {
      const part = takeRows(due, start);
      start += part.length;
      const contents = await this.#connection.ask((client) => readContents(client, part));
      for (const { seq } of part) if (this.#order.isNew(seq)) this.#deliver(seq, contents.get(seq) ?? []);
      this.#options.onMessages();
    }
    this.#order.giveUp(performance.now());
    for (const seq of this.#own.keys()) if (!this.#order.isNew(seq)) this.#own.delete(seq);
    // What is own and newer is read again and again until it is told, so only what was delivered counts as progress.
    return entries.length >= ROWS_AT_ONCE && due.length > 0;
  }

  /** What this replica flushed is told by its flush; messages of its own are not, nor what a lost answer hid. */
  #isDue({ seq, replica, messages }: CommitEntry, now: number): boolean {
    if (replica !== this.#options.replica || messages.length > 0) return true;
    const since = this.#own.get(seq);
    if (since === undefined) this.#own.set(seq, now);
    return since !== undefined && now - since >= OWN_ANSWER;
  }

  #deliver(seq: number, contents: readonly LiveContent[]): void {
    this.#order.take(seq, performance.now());
    this.#own.delete(seq);
    const stem = this.#order.stem(seq);
    for (const [place, content] of contents.entries())
      this.ring.push(new LiveMessage(content, stem, place === contents.length - 1));
  }

  /** Begins where the table stands, with as much of the last minute as the ring holds. */
  async #fillRing(): Promise<void> {
    const bounds = await this.#connection.ask(readCommitBounds);
    const sizes = await this.#connection.ask((client) => readCommitSizes(client, 0));
    let start = sizes.length;
    for (let rows = 0; start > 0; start -= 1) {
      const { age, count } = sizes[start - 1] as CommitSize;
      rows += count;
      if (age > BACKFILL || rows > this.#options.bounds.messages) break;
    }
    const now = performance.now();
    // Nothing below what is a minute old is under way any more.
    const settled = sizes.findLast(({ age }) => age > BACKFILL)?.seq;
    const oldest = sizes[0]?.seq ?? bounds.last + 1;
    this.#order = new CommitOrder(settled ?? Math.max(0, oldest - 1 - UNDER_WAY));
    for (const { seq } of sizes.slice(0, start)) if (this.#order.isNew(seq)) this.#order.take(seq, now);
    this.ring.startAt(messageCursor(this.#order.stem(0), undefined));
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const { seq, rows } of early) if (this.#order.isNew(seq)) this.#deliver(seq, contentsOf(rows));
    // Own commits of before are not told any more; they are due at once.
    for (const { seq } of sizes.slice(start))
      if (this.#order.isNew(seq)) this.#own.set(seq, now - OWN_ANSWER);
  }
}

/** As many commits from `start` on as hold 1,000 rows, at least one. */
function takeRows(entries: readonly CommitEntry[], start: number): CommitEntry[] {
  let end = start;
  let rows = 0;
  while (end < entries.length && (end === start || rows < ROWS_AT_ONCE)) {
    const { actions, events } = entries[end] as CommitEntry;
    rows += actions.length + events.length;
    end += 1;
  }
  return entries.slice(start, end);
}

/**
 * Whether all that a cursor has not seen is in the table still, whose oldest row is `oldest`. A hole of the cursor's may lie below that, although nothing
 * was forgotten: then the row beside it, which committed within seconds of it, is not about to be forgotten either.
 */
function isKept(cursor: LiveCursor, first: number, oldest: number, row: CommitSize | undefined): boolean {
  if (oldest === 0) return false;
  return oldest <= first || (oldest <= cursor.newest && row?.seq === oldest && row.age < FORGET_SOON);
}

/** How many messages `before` has sent and `cursor` has not. */
function countMissing(cursor: LiveCursor, before: LiveCursor, sizes: readonly CommitSize[]): number {
  let missing = 0;
  for (const { seq, count } of sizes)
    missing += Math.max(0, sentOf(before, seq, count) - sentOf(cursor, seq, count));
  return missing;
}
