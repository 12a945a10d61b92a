import { addStoredDelta } from './delta-json.js';
import { RollupDelta } from './rollup-delta.js';

/** A delta that waits: its number, and what it adds; null where it was said that it is known. */
export type WaitingDelta = readonly [seq: number, delta: unknown];

/**
 * What waits to be folded, as far as a process has read it. Up to 512 deltas wait, and reading and adding up all of them for each question takes 4 ms;
 * between two folds they only become more, so each is read once.
 */
export class PendingMemory {
  #version: string | undefined;
  readonly #seqs = new Set<number>();
  #sum = new RollupDelta();

  /** The numbers of those that need not be sent again. */
  get known(): number[] {
    return [...this.#seqs];
  }

  /**
   * All that waited when `version` was the last fold: what is remembered of it, and what is new. Undefined where a fold came since, and some that wait
   * were taken for known: they are to be asked for again. The sum grows with the next question, so it is to be used at once.
   */
  take(version: string, waiting: readonly WaitingDelta[]): RollupDelta | undefined {
    if (version !== this.#version) {
      this.#version = version;
      this.#seqs.clear();
      this.#sum = new RollupDelta();
    }
    for (const [seq, delta] of waiting) {
      if (this.#seqs.has(seq)) continue;
      if (delta === null) return undefined;
      addStoredDelta(this.#sum, delta);
      this.#seqs.add(seq);
    }
    return this.#sum;
  }
}
