import { EarlyMedian } from './early-median.js';

/** Where a series stands: the median of the first few values, then an average that fades exponentially and is moved by none farther than `clip` at a time. */
export class Level {
  readonly #rate: number;
  readonly #early = new EarlyMedian();
  #value = Number.NaN;
  #count = 0;

  /** `values` it looks back over. */
  constructor(values: number) {
    this.#rate = 1 / values;
  }

  /** NaN before the first value. */
  get value(): number {
    return this.#value;
  }

  add(value: number, clip = Number.POSITIVE_INFINITY): void {
    this.#count += 1;
    const early = this.#early.add(value);
    if (early !== undefined) {
      this.#value = early;
      return;
    }
    const deviation = Math.max(-clip, Math.min(clip, value - this.#value));
    this.#value += deviation * Math.max(this.#rate, 1 / this.#count);
  }

  set(value: number): void {
    this.#value = value;
  }

  /** What it knows, for {@link load}. */
  save() {
    return { early: this.#early.save(), value: this.#value, count: this.#count };
  }

  load({ early, value, count }: ReturnType<Level['save']>): void {
    this.#early.load(early);
    this.#value = value;
    this.#count = count;
  }
}
