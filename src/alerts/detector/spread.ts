import { EarlyMedian } from './early-median.js';

/** Share of the newest value, once there are many. */
const NEWEST = 0.005;
/** What one value counts for at most: so many times the usual. */
const FARTHEST = 6;

/**
 * The usual size of deviations: their mean, which fades, and in which no freak counts for more than six times it. Not the median: of a series of counts that
 * are zero as a rule that is zero, and everything else infinitely far from it. Only the first few are taken by their median, where that is something.
 */
export class Spread {
  readonly #newest: number;
  readonly #early = new EarlyMedian();
  #value = 0;
  #count = 0;

  /** `share` of a value that each tells anew. */
  constructor(share = 1) {
    this.#newest = NEWEST * share;
  }

  get value(): number {
    return this.#value;
  }

  /** What it knows, for {@link load}. */
  save() {
    return { early: this.#early.save(), value: this.#value, count: this.#count };
  }

  load({ early, value, count }: ReturnType<Spread['save']>): void {
    this.#early.load(early);
    this.#value = value;
    this.#count = count;
  }

  add(size: number): void {
    this.#count += 1;
    const early = this.#early.add(size);
    if (early !== undefined && early > 0) {
      this.#value = early;
      return;
    }
    const isClipped = early === undefined && this.#value > 0;
    const counted = isClipped ? Math.min(size, FARTHEST * this.#value) : size;
    this.#value += (counted - this.#value) * Math.max(this.#newest, 1 / this.#count);
  }
}
