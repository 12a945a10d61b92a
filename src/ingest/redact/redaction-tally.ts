import type { RuleName } from './rules.js';

/** Counts what one walk found, for the metrics: how often each rule hit, and how many strings were mended. Never what was found. */
export class RedactionTally implements Iterable<[RuleName, number]> {
  /** Strings (keys too) in which NUL or a lone surrogate became U+FFFD. */
  mended = 0;
  readonly #counts = new Map<RuleName, number>();

  add(rule: RuleName, count = 1): void {
    this.#counts.set(rule, (this.#counts.get(rule) ?? 0) + count);
  }

  /** Adds all that another walk found. */
  merge(other: RedactionTally): void {
    for (const [rule, count] of other) this.add(rule, count);
    this.mended += other.mended;
  }

  get(rule: RuleName): number {
    return this.#counts.get(rule) ?? 0;
  }

  /** Secrets replaced, of all rules; mended strings are not among them. */
  get total(): number {
    let sum = 0;
    for (const count of this.#counts.values()) sum += count;
    return sum;
  }

  [Symbol.iterator](): IterableIterator<[RuleName, number]> {
    return this.#counts.entries();
  }
}
