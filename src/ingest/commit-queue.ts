import { databaseUnavailable } from '../http/error-handler.js';
import { Problem } from '../http/problem.js';
import type { CommitBus } from '../store/commit-bus.js';
import { classifyDatabaseError } from '../store/database-errors.js';
import type { Written } from '../store/insert-rows.js';
import type { PendingRow } from '../store/pending-row.js';
import type { QueueMetrics } from './queue-metrics.js';
import { type CommitOutcome, Ticket } from './ticket.js';
import { writeIsolating } from './write-isolating.js';

/**
 * Group commit. Requests hand in rows and wait; as soon as a writer is free, everything that has gathered goes to PostgreSQL in one
 * statement, and the requests are answered after it committed. No timer adds latency: alone, a row waits for its own INSERT; under
 * load a statement takes hundreds of rows, because they gather while the one before it commits.
 *
 *     up ──(server away)──▶ down ──(probe answers)──▶ up
 *
 * - `up`: rows are taken while they fit the bounds, else 503 `queue-full`.
 * - `down`: waited rows get 503 at once, those already queued too, since nothing is known to be stored. A probe asks
 *   every 250 ms, so the service is back within a second of the database, without a restart.
 * - Own-call rows (`offer`) have nobody waiting: they stay in memory while the server is away, up to a bound, and the oldest are
 *   dropped and counted beyond it. They are lost if the process dies, which is all that ever is.
 *
 * A request's rows never part: they go in one statement, so that a 503 means none of them is half-stored. A row whose statement was in
 * flight when the server vanished may be committed although its caller got 503; its id makes the retry a duplicate.
 */
export interface CommitQueueOptions {
  write: (rows: readonly PendingRow[]) => Promise<Written>;
  probe: () => Promise<unknown>;
  bus: CommitBus;
  metrics: QueueMetrics;
  log: { warn(fields: object, message: string): void; info(fields: object, message: string): void };
  /** Statements in flight at once. */
  writers: number;
  maxRows: number;
  maxBytes: number;
  maxOwnCalls: number;
  /** Milliseconds after which a waiting request gets 503. */
  deadline: number;
}

/** Rows one statement takes: a batch of 500 always fits, and 1,000 rows hold a writer for some 30 ms. */
const FLUSH_ROWS = 1_000;
/**
 * Nobody waits for own-call rows: alone, they gather for up to 50 ms, or until there are 500, so that a quiet service writes them in few
 * statements, and a busy one in large ones. With waited rows they go along at once.
 */
const OWN_CALL_PAUSE = 50;
const OWN_CALL_ROWS = 500;
/** A second statement starts only for this many rows: closed-loop callers would otherwise halve each flush. */
const PARALLEL_ROWS = 200;
const PROBE_EVERY = 250;
const EXPIRE_EVERY = 100;

export class CommitQueue {
  readonly #options: CommitQueueOptions;
  readonly #waiting: Ticket[] = [];
  readonly #inFlight = new Set<Promise<void>>();
  readonly #flying = new Set<Ticket>();
  readonly #expiry: NodeJS.Timeout;
  #ownCalls: PendingRow[] = [];
  #rows = 0;
  #bytes = 0;
  #down = false;
  #scheduled = false;
  #ownCallTimer: NodeJS.Timeout | undefined;
  #ownCallsDue = false;
  #closed = false;

  constructor(options: CommitQueueOptions) {
    this.#options = options;
    this.#expiry = setInterval(() => this.#expire(), EXPIRE_EVERY).unref();
    options.metrics.watch(this);
  }

  /** Rows waiting for a writer, own-call rows included. */
  get depth(): number {
    return this.#rows + this.#ownCalls.length;
  }

  get available(): boolean {
    return !this.#down;
  }

  /**
   * Resolves, after the commit, with one outcome a row in the order given. Rejects with a 503 {@link Problem} when the queue is
   * full, the database is away, or the deadline passes.
   */
  commit(rows: readonly PendingRow[]): Promise<CommitOutcome[]> {
    if (this.#down) return Promise.reject(databaseUnavailable());
    const ticket = new Ticket(rows, performance.now() + this.#options.deadline);
    const { maxRows, maxBytes, metrics } = this.#options;
    if (this.#rows + rows.length > maxRows || this.#bytes + ticket.bytes > maxBytes) {
      metrics.refused.inc({ reason: 'full' }, rows.length);
      return Promise.reject(queueFull());
    }
    this.#waiting.push(ticket);
    this.#rows += rows.length;
    this.#bytes += ticket.bytes;
    this.#schedule();
    return ticket.outcomes;
  }

  /** Leaves an own-call row behind; never throws, never waits. */
  offer(row: PendingRow): void {
    this.#ownCalls.push(row);
    this.#boundOwnCalls();
    this.#ownCallTimer ??= setTimeout(() => this.#onOwnCallPause(), OWN_CALL_PAUSE);
    if (this.#ownCalls.length >= OWN_CALL_ROWS) this.#onOwnCallPause();
  }

  /** Writes what is left, then stops. Whatever the database has not taken after `milliseconds` is given up and counted. */
  async close(milliseconds: number): Promise<void> {
    this.#closed = true;
    const end = performance.now() + milliseconds;
    while ((this.depth > 0 || this.#inFlight.size > 0) && performance.now() < end) {
      if (this.#down) await new Promise((resolve) => setTimeout(resolve, 50));
      else {
        this.#ownCallsDue = true;
        this.#pump();
        await Promise.race([...this.#inFlight, new Promise((resolve) => setTimeout(resolve, 50))]);
      }
    }
    clearInterval(this.#expiry);
    clearTimeout(this.#ownCallTimer);
    this.#failWaiting(databaseUnavailable());
    if (this.#ownCalls.length > 0) this.#options.metrics.dropped.inc(this.#ownCalls.length);
  }

  #onOwnCallPause(): void {
    this.#ownCallsDue = true;
    this.#schedule();
  }

  /** Waits for the end of this turn of the event loop, so that all requests read in it go together. */
  #schedule(): void {
    if (this.#scheduled || this.#down) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (!this.#down && this.#inFlight.size < this.#options.writers) {
      if (this.#waiting.length === 0 && !(this.#ownCallsDue && this.#ownCalls.length > 0)) return;
      if (this.#inFlight.size > 0 && this.depth < PARALLEL_ROWS) return;
      const tickets = this.#takeTickets();
      const room = FLUSH_ROWS - tickets.reduce((sum, ticket) => sum + ticket.rows.length, 0);
      const ownCalls = this.#takeOwnCalls(room);
      const flush = this.#flush(tickets, ownCalls).finally(() => {
        this.#inFlight.delete(flush);
        for (const ticket of tickets) this.#flying.delete(ticket);
        this.#pump();
      });
      this.#inFlight.add(flush);
      for (const ticket of tickets) this.#flying.add(ticket);
    }
  }

  /** Whole requests, oldest first, up to the size of a flush; at least one. */
  #takeTickets(): Ticket[] {
    let end = 0;
    let rows = 0;
    for (; end < this.#waiting.length; end += 1) {
      const size = this.#waiting[end]?.rows.length ?? 0;
      if (end > 0 && rows + size > FLUSH_ROWS) break;
      rows += size;
    }
    const taken = this.#waiting.splice(0, end);
    for (const ticket of taken) this.#release(ticket);
    return taken;
  }

  #takeOwnCalls(room: number): PendingRow[] {
    const taken = this.#ownCalls.splice(0, Math.max(0, room));
    if (this.#ownCalls.length < OWN_CALL_ROWS) {
      clearTimeout(this.#ownCallTimer);
      this.#ownCallTimer = undefined;
      this.#ownCallsDue = false;
      if (this.#ownCalls.length > 0)
        this.#ownCallTimer = setTimeout(() => this.#onOwnCallPause(), OWN_CALL_PAUSE);
    }
    return taken;
  }

  #release(ticket: Ticket): void {
    this.#rows -= ticket.rows.length;
    this.#bytes -= ticket.bytes;
  }

  async #flush(tickets: readonly Ticket[], ownCalls: readonly PendingRow[]): Promise<void> {
    const { metrics, write, bus } = this.#options;
    const { rows, twins } = sortRows(tickets, ownCalls);
    const started = performance.now();
    try {
      const { commits, outcomeOf } = await writeIsolating(rows, write, () => metrics.retries.inc());
      // A second row with the same id in one flush is a retry of the first.
      const twinOutcome = (row: PendingRow) => {
        const outcome = outcomeOf(row);
        return twins.has(row) && outcome === 'stored' ? 'duplicate' : outcome;
      };
      metrics.flushed(rows.length, (performance.now() - started) / 1_000);
      for (const commit of commits) bus.emit('committed', commit);
      for (const ticket of tickets) ticket.settle(twins.size === 0 ? outcomeOf : (row) => twinOutcome(row));
    } catch (error) {
      for (const ticket of tickets) ticket.fail(databaseUnavailable(error));
      if (classifyDatabaseError(error) === 'unavailable') {
        this.#ownCalls.unshift(...ownCalls);
        this.#boundOwnCalls();
        this.#goDown(error);
      } else {
        metrics.dropped.inc(ownCalls.length);
        this.#options.log.warn(
          { err: error, rows: rows.length, dropped: ownCalls.length },
          'rows could not be written',
        );
      }
    }
  }

  #goDown(error: unknown): void {
    this.#failWaiting(databaseUnavailable(error));
    if (this.#down) return;
    this.#down = true;
    this.#options.log.warn({ err: error }, 'database away: requests get 503, own-call logs wait in memory');
    void this.#probeUntilUp(performance.now());
  }

  async #probeUntilUp(since: number): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY));
      try {
        await this.#options.probe();
        break;
      } catch {
        if (this.#closed) return;
      }
    }
    this.#down = false;
    this.#ownCallsDue = true;
    this.#options.log.info({ seconds: (performance.now() - since) / 1_000 }, 'database back');
    this.#schedule();
  }

  /** Bounds the wait of every request, whatever the statement before it is doing. */
  #expire(): void {
    const now = performance.now();
    for (const ticket of this.#flying) if (ticket.deadline <= now) ticket.fail(databaseUnavailable());
    while (this.#waiting[0] && this.#waiting[0].deadline <= now) {
      const ticket = this.#waiting.shift();
      if (!ticket) return;
      this.#release(ticket);
      ticket.fail(databaseUnavailable());
    }
  }

  #failWaiting(problem: Problem): void {
    for (const ticket of this.#waiting.splice(0)) {
      this.#release(ticket);
      ticket.fail(problem);
    }
  }

  #boundOwnCalls(): void {
    const excess = this.#ownCalls.length - this.#options.maxOwnCalls;
    if (excess <= 0) return;
    this.#ownCalls.splice(0, excess);
    this.#options.metrics.dropped.inc(excess);
  }
}

/** Rows in id order, which keeps replicas from deadlocking, and those that came with an id that another row of the flush has. */
function sortRows(
  tickets: readonly Ticket[],
  ownCalls: readonly PendingRow[],
): { rows: PendingRow[]; twins: Set<PendingRow> } {
  const sorted: PendingRow[] = [];
  for (const ticket of tickets) for (const row of ticket.rows) sorted.push(row);
  for (const row of ownCalls) sorted.push(row);
  // The sort is stable: of two rows with one id the one that was handed in first stays first.
  sorted.sort((a, b) =>
    a.id < b.id ? -1 : a.id > b.id ? 1 : a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0,
  );
  const twins = new Set<PendingRow>();
  const rows = sorted.filter((row, index) => {
    const before = sorted[index - 1];
    if (before?.id !== row.id || before.kind !== row.kind) return true;
    twins.add(row);
    return false;
  });
  return { rows, twins };
}

const queueFull = (): Problem =>
  new Problem('queue-full', 'More is waiting to be stored than fits. Nothing of this request was stored.', {
    headers: { 'retry-after': '1' },
  });
