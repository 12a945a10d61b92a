import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type pg from 'pg';
import { readIds } from '../../store/commits.js';
import { getUnwatchedCommits, type UnwatchedCommit } from './queries/get-unwatched-commits.js';
import { getWatchedActions, getWatchedEvents } from './queries/get-watched-rows.js';
import { getSavedWatch, getWatchStep, writeWatchState, writeWatchStep } from './queries/watch-record.js';
import { writeFindings } from './queries/write-findings.js';
import type { UserFinding } from './raised.js';
import { watchBytes, watchFromBytes } from './state-bytes.js';
import { UserWatch } from './user-watch.js';
import type { WatchedRow } from './watched-row.js';

/** What one step did. */
export interface WatchStep {
  /** Rows observed: those of the commits that are still there. */
  rows: number;
  /** Numbers of commits that were given up: rolled back, or forgotten before they were watched. */
  skipped: number;
  findings: UserFinding[];
  /** There is more to watch at once: a backlog. */
  behind: boolean;
  saved: boolean;
}

export interface UserWatcherOptions {
  log: { warn(fields: object, message: string): void };
  /** Rows a step: 40,000 are 1 s of one core, half of it the database's, and with a step in 5 s follow 8,000 rows/s. */
  rows?: number;
  /** How often what is remembered is saved, ms. */
  saveEvery?: number;
}

/** Rows that are read and observed before others have a turn: some 20 ms. */
const A_TURN = 500;
/** Saving takes at most one part in so many of the time. */
const SAVING_SHARE = 50;

interface Memory {
  watch: UserWatch;
  through: number;
  /** The step after which it is so. */
  step: string;
  savedAt: number;
  /** ms that the last save took. */
  took: number;
}

/**
 * Watches what was committed, one bounded step at a time, on whichever replica does the step. The watch lives in the memory of the process that did the last one;
 * every step leaves its name in the database, so a process that finds another name than its own last (another replica went on, or its own transaction
 * was rolled back after it) reads what was saved, a minute ago at most, and watches again from there: commits live for ten minutes. Commits are
 * watched in the order of their numbers, so that the same findings come out, and those that are stored already stay as they are.
 *
 * Lost: commits that no replica watched for ten minutes, and transactions that took more than 10 s.
 */
export class UserWatcher {
  readonly #options: Required<UserWatcherOptions>;
  #memory: Memory | undefined;

  constructor(options: UserWatcherOptions) {
    this.#options = { rows: 40_000, saveEvery: 60_000, ...options };
  }

  /** One step, in the caller's transaction, which holds a lock that no two steps share. `now` is Unix ms. */
  async watchUsers(client: pg.ClientBase, now: number): Promise<WatchStep> {
    const memory = await this.#recall(client, now);
    // Whatever fails from here on leaves a memory that nobody can trust.
    this.#memory = undefined;
    const { commits, skipped } = await getUnwatchedCommits(client, memory.through, this.#options.rows);
    const findings: UserFinding[] = [];
    let rows = 0;
    for (const part of partsOf(commits)) {
      const read = await rowsOf(client, part);
      for (const row of read) for (const finding of memory.watch.observe(row)) findings.push(finding);
      rows += read.length;
      await nextTurn();
    }
    await writeFindings(client, findings);
    memory.through = commits.at(-1)?.seq ?? memory.through;
    memory.step = randomUUID();
    await writeWatchStep(client, memory.step, memory.through);
    const wait = Math.max(this.#options.saveEvery, SAVING_SHARE * memory.took);
    const saved = now - memory.savedAt >= wait && (await this.#save(client, memory, now));
    this.#memory = memory;
    const listed = commits.reduce((sum, commit) => sum + commit.rows, 0);
    return { rows, skipped, findings, behind: listed >= this.#options.rows, saved };
  }

  /** Saves what this process remembers, unless another went on: on close, so that nobody has to watch the last minute again. Never throws. */
  async save(pool: pg.Pool, now: number): Promise<boolean> {
    const memory = this.#memory;
    this.#memory = undefined;
    if (memory === undefined) return false;
    try {
      return await this.#save(pool, memory, now);
    } catch (error) {
      this.#options.log.warn(
        { err: error },
        'the watch of users could not be saved; another watches its last minute again',
      );
      return false;
    }
  }

  async #save(client: Pick<pg.ClientBase, 'query'>, memory: Memory, now: number): Promise<boolean> {
    const started = performance.now();
    const state = await watchBytes(memory.watch);
    const saved = await writeWatchState(client, {
      step: memory.step,
      state,
      through: memory.through,
      at: now,
    });
    memory.savedAt = now;
    memory.took = performance.now() - started;
    return saved;
  }

  async #recall(client: pg.ClientBase, now: number): Promise<Memory> {
    if (this.#memory && this.#memory.step === (await getWatchStep(client))) return this.#memory;
    const { state, state_through } = await getSavedWatch(client);
    const memory = { through: state_through, step: '', savedAt: now, took: 0 };
    if (state === null) return { ...memory, watch: new UserWatch() };
    try {
      return { ...memory, watch: await watchFromBytes(state) };
    } catch (error) {
      // Of another version of the service, or damaged: what people usually do has to be learned again.
      this.#options.log.warn({ err: error }, 'the saved watch of users cannot be read; a new one begins');
      return { ...memory, watch: new UserWatch() };
    }
  }
}

/** Commits in turn, so many at once as hold {@link A_TURN} rows, at least one. */
function* partsOf(commits: readonly UnwatchedCommit[]): Generator<UnwatchedCommit[]> {
  let part: UnwatchedCommit[] = [];
  let rows = 0;
  for (const commit of commits) {
    part.push(commit);
    rows += commit.rows;
    if (rows < A_TURN) continue;
    yield part;
    part = [];
    rows = 0;
  }
  if (part.length > 0) yield part;
}

/** The commits' rows, commit by commit, each in the order of ids, which is the order of time. */
async function rowsOf(client: pg.ClientBase, commits: readonly UnwatchedCommit[]): Promise<WatchedRow[]> {
  const ids = commits.map(({ actions, events }) => ({ actions: readIds(actions), events: readIds(events) }));
  const actions = await getWatchedActions(
    client,
    ids.flatMap((commit) => commit.actions),
  );
  const events = await getWatchedEvents(
    client,
    ids.flatMap((commit) => commit.events),
  );
  return ids.flatMap((commit) =>
    [
      ...commit.actions.flatMap((id) => actions.get(id) ?? []),
      ...commit.events.flatMap((id) => events.get(id) ?? []),
    ].sort((a, b) => (a.id < b.id ? -1 : 1)),
  );
}
