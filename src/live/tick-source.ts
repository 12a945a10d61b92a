import type pg from 'pg';
import type { CommitFrontier } from '../store/commits.js';
import { addStoredDelta } from '../store/rollups/delta-json.js';
import { RollupDelta } from '../store/rollups/rollup-delta.js';
import { CommitOrder } from './commit-order.js';
import { tickOf } from './tick-of.js';

const SECOND = 1_000;

export interface TickSourceOptions {
  pool: pg.Pool;
  /** Unix ms. */
  clock: () => number;
  onTick: (data: object) => void;
  log: { warn(fields: object, message: string): void };
}

/**
 * What was committed at all replicas in each second, counted once for all who want it. Every flush leaves what it adds to the rollups, and its
 * ids, under a number; each second reads those that it has not seen, some 100 of them. No row is read. What is folded into the rollups is a few seconds old, so
 * that no tick misses it (src/store/rollups/fold-deltas.ts).
 */
export class TickSource {
  readonly #options: TickSourceOptions;
  readonly #timer: NodeJS.Timeout;
  #deltas: CommitOrder | undefined;
  #commits: CommitOrder | undefined;
  #since = performance.now();
  #busy = false;

  constructor(options: TickSourceOptions) {
    this.#options = options;
    void this.#begin();
    this.#timer = setInterval(() => void this.#tick(), SECOND).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Never rejects. */
  #begin(): Promise<void> {
    return this.#alone(async () => {
      const [newest] = (
        await this.#options.pool.query<{ deltas: string; commits: string }>(`
          SELECT (SELECT coalesce(max(seq), 0) FROM rollup_deltas) AS deltas,
                 (SELECT coalesce(max(seq), 0) FROM commits) AS commits`)
      ).rows;
      this.#deltas = new CommitOrder(Number(newest?.deltas ?? 0));
      this.#commits = new CommitOrder(Number(newest?.commits ?? 0));
      this.#since = performance.now();
    });
  }

  async #tick(): Promise<void> {
    const [deltas, commits] = [this.#deltas, this.#commits];
    if (!deltas || !commits) return this.#begin();
    await this.#alone(async () => {
      const { pool, clock, onTick } = this.#options;
      const [added, counted] = await Promise.all([
        readDeltas(pool, deltas.frontier),
        readEventCounts(pool, commits.frontier),
      ]);
      const now = performance.now();
      const sum = new RollupDelta();
      for (const { seq, delta } of added) {
        deltas.take(Number(seq), now);
        addStoredDelta(sum, delta);
      }
      let events = 0;
      for (const { seq, count } of counted) {
        commits.take(Number(seq), now);
        events += count;
      }
      deltas.giveUp(now);
      commits.giveUp(now);
      const seconds = Math.max(1, Math.round((now - this.#since) / SECOND));
      this.#since = now;
      onTick({ tick: tickOf(sum, events, clock(), seconds) });
    });
  }

  /** A second in which the database does not answer is part of the next. */
  async #alone(work: () => Promise<void>): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await work();
    } catch (error) {
      this.#options.log.warn({ err: error }, 'live feed: a second could not be counted');
    } finally {
      this.#busy = false;
    }
  }
}

/** Deltas one second reads at most: two of an outage, folded otherwise. */
const AT_ONCE = 2_000;

async function readDeltas(
  pool: pg.Pool,
  { newest, holes }: CommitFrontier,
): Promise<{ seq: string; delta: unknown }[]> {
  const { rows } = await pool.query<{ seq: string; delta: unknown }>({
    name: 'live deltas after',
    text: `
      (SELECT seq, delta FROM rollup_deltas WHERE seq > $1 ORDER BY seq LIMIT $3)
      UNION ALL
      (SELECT seq, delta FROM rollup_deltas WHERE seq = ANY ($2::bigint[]))
      `,
    values: [newest, holes, AT_ONCE],
  });
  return rows;
}

async function readEventCounts(
  pool: pg.Pool,
  { newest, holes }: CommitFrontier,
): Promise<{ seq: string; count: number }[]> {
  const { rows } = await pool.query<{ seq: string; count: number }>({
    name: 'live events after',
    text: `
      SELECT seq, coalesce(length(events) / 16, 0) AS count
      FROM commits
      WHERE seq > $1
      UNION ALL
      SELECT seq, coalesce(length(events) / 16, 0) AS count
      FROM commits
      WHERE seq = ANY ($2::bigint[])`,
    values: [newest, holes],
  });
  return rows;
}
