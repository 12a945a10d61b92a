import { LRUCache } from 'lru-cache';

/** Callers whose last write is remembered (10,000 of ≤ 200 bytes: 2 MB), and for how long after it, in ms. */
const REMEMBERED = 10_000;
/** Longer than the slowest answer may take to compute (15 s, the readers' time-out) and be reused (1 s). */
const RELEVANT = 20_000;

/**
 * Who wrote when, as numbers that only grow. A caller's stamp is part of the key under which an answer to them is kept, so an answer that was
 * computed, or begun, before their last write is not found by them. Forgetting a caller early, because others crowd it out, must not
 * show them an old answer: the stamp of the last one forgotten becomes everybody's least.
 */
export class LastWrites {
  #stamp = 0;
  #floor = 0;
  readonly #stamps: LRUCache<string, number>;

  constructor(remembered = REMEMBERED) {
    this.#stamps = new LRUCache<string, number>({
      max: remembered,
      ttl: RELEVANT,
      dispose: (stamp, _caller, reason) => {
        if (reason === 'evict' && stamp > this.#floor) this.#floor = stamp;
      },
    });
  }

  /** To be called when the write is committed, and before the caller learns of it. */
  note(caller: string): void {
    this.#stamp += 1;
    this.#stamps.set(caller, this.#stamp);
  }

  /** 0 for a caller that wrote nothing lately. */
  stampOf(caller: string): number {
    return Math.max(this.#stamps.get(caller) ?? 0, this.#floor);
  }
}
