import type pg from 'pg';
import type { SystemHealth, SystemPart } from '../contract/system.js';
import { isDatabaseUnavailable } from '../store/database-errors.js';
import { explainFailure } from '../store/explain-failure.js';
import type { DatabaseSize } from './database-size.js';
import type { Facts, Lost, ReplicaFacts } from './facts.js';
import { judgeParts, statusOf } from './judge-parts.js';
import type { LatencyProbe } from './latency-probe.js';
import type { OwnFacts } from './own-facts.js';
import type { PartReport } from './part.js';
import { type PoolSizes, viewOfPools } from './pool-sizes.js';
import { getPlatform } from './queries/get-platform.js';
import { getReplicas } from './queries/get-replicas.js';
import { getStates, recordStates, type StateChange, type StoredState } from './queries/system-states.js';
import { deleteHeartbeat, writeHeartbeat } from './queries/write-heartbeat.js';
import { LateError, within } from './within.js';
import { isoTime } from './words.js';

export interface SystemWatchOptions {
  replica: string;
  own: OwnFacts;
  probe: LatencyProbe;
  size: DatabaseSize;
  /** The pool that nothing else uses: its questions end within a second. */
  pool: pg.Pool;
  pools: Record<string, PoolSizes>;
  queue: { available: boolean };
  queueRows: number;
  diskKnown: boolean;
  /** Unix ms. */
  clock: () => number;
  log: { warn(fields: object, message: string): void; info(fields: object, message: string): void };
}

const BEAT_EVERY = 5_000;
/** Milliseconds for all that one look asks the database: who asks for the page has it within a second. */
const LOOK_TIMEOUT = 800;

/**
 * One replica's watch over itself and the whole. Every 5 s it measures, writes its heartbeat, looks how all is, and writes down which parts have changed their
 * state. A database that is away costs a beat, and nothing else: it is tried again 5 s later, and what this process knows is kept in memory.
 *
 * `look` is what a beat sees, for whoever asks in between; it never rejects and takes 0.8 s at most.
 */
export class SystemWatch {
  readonly #options: SystemWatchOptions;
  /** As this process has seen them; the database's word counts more. */
  readonly #states = new Map<string, StoredState>();
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;
  #closed = false;
  #seenAt: number | null = null;
  #lost: Lost | undefined;
  #began = false;
  /** The database was lost, and its part has not been written since. */
  #cameBack = false;

  constructor(options: SystemWatchOptions) {
    this.#options = options;
  }

  /** The first heartbeat at once, then one every 5 s. */
  start(): void {
    this.#options.own.start();
    const next = async () => {
      await this.beat();
      if (!this.#closed) this.#timer = setTimeout(next, BEAT_EVERY).unref();
    };
    void next();
  }

  /** One heartbeat. Never rejects; a second call while one is under way waits for that one. */
  beat(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#began = true;
    this.#beating ??= this.#beat().finally(() => {
      this.#beating = undefined;
    });
    return this.#beating;
  }

  /** Stops, and takes this replica off the list: it leaves, rather than dies. A database that is away does not hold it up for more than a second. */
  async stop(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#beating;
    const { own, pool, log, replica } = this.#options;
    own.stop();
    if (!this.#began) return;
    await deleteHeartbeat(pool, replica).catch((error: unknown) =>
      log.warn(
        { err: error },
        'this replica could not take itself off the list; others will take it for dead',
      ),
    );
  }

  /** How all is now. */
  async look(): Promise<SystemHealth> {
    const { facts, stored } = await this.#facts(this.#own());
    const parts = this.#withSince(judgeParts(facts), stored, facts.now);
    return { status: statusOf(parts), at: isoTime(facts.now), parts };
  }

  async #beat(): Promise<void> {
    const { own: ownFacts, probe, pool, size } = this.#options;
    try {
      ownFacts.takeLag();
      await probe.ask();
      const own = await this.#own();
      this.#seenAt = await writeHeartbeat(pool, own);
      this.#found();
      void size.refresh();
      const { facts, stored } = await this.#facts(Promise.resolve(own));
      if (!facts.shared) return;
      const parts = this.#withSince(judgeParts(facts), stored, facts.now);
      const changes = changed(parts, stored, this.#cameBack);
      if (changes.length > 0) await recordStates(pool, changes);
      this.#cameBack = false;
    } catch (error) {
      this.#lose(error);
    }
  }

  async #own(): Promise<ReplicaFacts> {
    return { ...(await this.#options.own.read()), seen_at: this.#seenAt };
  }

  async #facts(ownFacts: Promise<ReplicaFacts>): Promise<{ facts: Facts; stored: readonly StoredState[] }> {
    const { clock, pool, queue, queueRows, pools, size, diskKnown } = this.#options;
    const asked = within(LOOK_TIMEOUT, this.#ask(pool)).then(
      (told) => {
        this.#found();
        return told;
      },
      (error: unknown) => this.#lose(error),
    );
    const [own, answer] = await Promise.all([ownFacts, asked]);
    const facts: Facts = {
      now: clock(),
      own,
      queue_available: queue.available,
      queue_rows_fit: queueRows,
      pools: viewOfPools(pools),
      shared: answer ?? undefined,
      database_bytes: size.latest,
      lost: this.#lost,
      disk_known: diskKnown,
    };
    return { facts, stored: answer?.states ?? [] };
  }

  async #ask(pool: pg.Pool) {
    const replicas = await getReplicas(pool);
    const platform = await getPlatform(pool, this.#options.clock());
    const states = await getStates(pool);
    return { replicas, platform, states };
  }

  #lose(error: unknown): void {
    if (!this.#lost) {
      this.#options.log.warn(
        { err: error },
        'the database could not be asked how all is; it is tried again every 5 s',
      );
    }
    const since = this.#lost?.since ?? this.#options.clock();
    const away = error instanceof LateError || isDatabaseUnavailable(error);
    this.#lost = { since, why: explainFailure(error), away };
    const state = away ? 'down' : 'degraded';
    if (this.#states.get('database')?.state !== state)
      this.#states.set('database', { part: 'database', state, since });
  }

  #found(): void {
    if (!this.#lost) return;
    const seconds = (this.#options.clock() - this.#lost.since) / 1_000;
    this.#options.log.info({ seconds }, 'the database answers the heartbeat again');
    this.#lost = undefined;
    this.#cameBack = true;
    this.#options.probe.forget();
  }

  /** Since when: as stored, where the stored state is still the one; else since this process first saw it. */
  #withSince(reports: Map<string, PartReport>, stored: readonly StoredState[], now: number): SystemPart[] {
    const kept = new Map(stored.map((one) => [one.part, one]));
    return [...reports].map(([part, { state, why, figure, details }]) => {
      const seen = this.#states.get(part);
      if (seen?.state !== state) this.#states.set(part, { part, state, since: now });
      const ours = this.#states.get(part)?.since ?? now;
      const theirs = kept.get(part);
      const outdated = part === 'database' && this.#cameBack;
      const since = theirs?.state === state && !outdated ? theirs.since : ours;
      this.#states.set(part, { part, state, since });
      return { part, state, since: isoTime(since), why, figure, ...(details ? { details } : {}) };
    });
  }
}

/** The parts whose stored state is another; and the database's when it was away, which nobody could store. */
function changed(
  parts: readonly SystemPart[],
  stored: readonly StoredState[],
  cameBack: boolean,
): StateChange[] {
  const kept = new Map(stored.map((one) => [one.part, one.state]));
  return parts
    .filter(({ part, state }) => kept.get(part) !== state || (cameBack && part === 'database'))
    .map(({ part, state, since, why }) => ({
      part,
      state,
      since: Date.parse(since),
      why,
      ...(cameBack && part === 'database' ? { again: true } : {}),
    }));
}
