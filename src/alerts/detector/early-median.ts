/** Values of which the first median is. */
const EARLY = 15;

/** The median of the first few values, while there are only few: what a freak among them would spoil for long. */
export class EarlyMedian {
  #values: number[] = [];
  #ended = false;

  /** What it knows, for {@link load}. */
  save(): readonly number[] | null {
    return this.#ended ? null : [...this.#values];
  }

  load(saved: readonly number[] | null): void {
    this.#values = [...(saved ?? [])];
    this.#ended = saved === null;
  }

  /** The median of the values so far, this one with them; undefined once there are enough to do without. */
  add(value: number): number | undefined {
    if (this.#ended) return undefined;
    this.#values.push(value);
    const sorted = [...this.#values].sort((a, b) => a - b);
    if (sorted.length === EARLY) {
      this.#ended = true;
      this.#values = [];
    }
    return sorted[Math.floor(sorted.length / 2)];
  }
}
