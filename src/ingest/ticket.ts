import type { Problem } from '../http/problem.js';
import type { PendingRow } from '../store/pending-row.js';

/** What became of one row: committed now, there before, or refused by the database. */
export type CommitOutcome = 'stored' | 'duplicate' | Problem;

/** Says what became of a row, first for the request that brought it. */
export type OutcomeOf = (row: PendingRow) => CommitOutcome;

/** One request's rows while they wait for their commit. Settled or failed once; what comes later is ignored. */
export class Ticket {
  readonly rows: readonly PendingRow[];
  /** On the monotonic clock (performance.now), in ms. */
  readonly deadline: number;
  readonly bytes: number;
  readonly outcomes: Promise<CommitOutcome[]>;
  #resolve!: (outcomes: CommitOutcome[]) => void;
  #reject!: (problem: Problem) => void;

  constructor(rows: readonly PendingRow[], deadline: number) {
    this.rows = rows;
    this.deadline = deadline;
    this.bytes = rows.reduce((sum, row) => sum + row.json.length, 0);
    this.outcomes = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  settle(outcomeOf: OutcomeOf): void {
    this.#resolve(this.rows.map(outcomeOf));
  }

  fail(problem: Problem): void {
    this.#reject(problem);
  }
}
