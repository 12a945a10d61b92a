/** Where a series stands: an average that fades exponentially, moved by no value farther than `clip` at a time. */
export class Level {
  readonly #rate: number;
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
    if (this.#count === 1) {
      this.#value = value;
      return;
    }
    const deviation = Math.max(-clip, Math.min(clip, value - this.#value));
    this.#value += deviation * Math.max(this.#rate, 1 / this.#count);
  }

  set(value: number): void {
    this.#value = value;
  }
}
