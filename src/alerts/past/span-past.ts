import type { During } from './database-past.js';

/** Answers what was so at a time; times have to be asked in order. */
export class SpanPast<T> {
  /** The next one last, where it is taken from. */
  readonly #ahead: During<T>[];
  readonly #open = new Set<During<T>>();
  #at = Number.NEGATIVE_INFINITY;

  constructor(spans: readonly During<T>[]) {
    this.#ahead = [...spans].sort((a, b) => b.from - a.from);
  }

  at(at: number): T[] {
    if (at > this.#at) {
      this.#at = at;
      for (let next = this.#ahead.at(-1); next && next.from <= at; next = this.#ahead.at(-1)) {
        this.#open.add(next);
        this.#ahead.pop();
      }
      for (const span of this.#open) if (span.to <= at) this.#open.delete(span);
    }
    return [...this.#open].map(({ what }) => what);
  }
}
