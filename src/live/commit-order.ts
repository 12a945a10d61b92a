import type { CommitFrontier } from '../store/commits.js';
import { type CursorStem, cursorStem, MOST_HOLES } from './live-cursor.js';

/** A flush is committed or gone 3.5 s after it took its number, 10 s with room to spare; then its number is not waited for any longer, in ms. */
const GIVE_UP_AFTER = 10_000;

/** Which commits this replica has learned of, in whatever order: all up to `newest` but for the holes, whose age it knows. */
export class CommitOrder {
  #newest: number;
  /** When each hole was first seen, on the monotonic clock in ms; by number, since numbers only grow. */
  readonly #holes = new Map<number, number>();

  constructor(newest: number) {
    this.#newest = newest;
  }

  get frontier(): CommitFrontier {
    return { newest: this.#newest, holes: [...this.#holes.keys()] };
  }

  get newest(): number {
    return this.#newest;
  }

  get holes(): number {
    return this.#holes.size;
  }

  isNew(seq: number): boolean {
    return seq > this.#newest || this.#holes.has(seq);
  }

  /** Everything up to this number is known, but for holes that there are already. */
  take(seq: number, now: number): void {
    this.#holes.delete(seq);
    const from = Math.max(this.#newest + 1, seq - MOST_HOLES / 2);
    for (let hole = from; hole < seq; hole += 1) this.#holes.set(hole, now);
    if (seq > this.#newest) this.#newest = seq;
  }

  /** What a cursor says after the commit that was taken last. */
  stem(seq: number): CursorStem {
    return cursorStem(this.#newest, seq, [...this.#holes.keys()]);
  }

  /** Stops waiting for what is older than 10 s. */
  giveUp(now: number): void {
    for (const [hole, since] of this.#holes) {
      if (now - since > GIVE_UP_AFTER) this.#holes.delete(hole);
    }
  }
}
