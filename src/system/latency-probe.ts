import type pg from 'pg';

/** How many round trips the median is of: one slow answer (a checkpoint, a vacuum) is none, three of five are. */
const KEPT = 5;
/** Milliseconds after which a round trip is given up, and counts as having taken that long. */
const LONGEST = 2_500;

/** Measures how long the database takes to answer nothing, its wait for a connection included. */
export class LatencyProbe {
  readonly #pool: pg.Pool;
  #last: number[] = [];

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Never rejects: what fails took as long as it did, and whoever asks next will find out why. */
  async ask(): Promise<void> {
    const started = performance.now();
    let failed = false;
    try {
      // The types do not know the bound of a single question.
      await this.#pool.query({ text: 'SELECT 1', query_timeout: LONGEST } as pg.QueryConfig);
    } catch {
      failed = true;
    }
    const took = performance.now() - started;
    // A server that refuses at once is no quick one.
    this.#last = [...this.#last, failed ? Math.max(took, LONGEST) : took].slice(-KEPT);
  }

  /** Median in ms; undefined before the first. */
  get median(): number | undefined {
    return this.#last.length === 0
      ? undefined
      : [...this.#last].sort((a, b) => a - b)[Math.floor(this.#last.length / 2)];
  }

  /** Forgets what was measured: of an outage, say. */
  forget(): void {
    this.#last = [];
  }
}
