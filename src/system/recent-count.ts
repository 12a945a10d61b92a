/** How much a counter rose in the last while; both times in ms of any one clock. */
export class RecentCount {
  readonly #window: number;
  #seen: { at: number; total: number }[] = [];

  constructor(window: number) {
    this.#window = window;
  }

  /** Notes the counter's total now and returns its rise since the start of the window (or since the first note, which counts from 0). */
  note(at: number, total: number): number {
    this.#seen.push({ at, total });
    // The last one from before the window is what its rise is counted from.
    while ((this.#seen[1]?.at ?? Infinity) <= at - this.#window) this.#seen.shift();
    const first = this.#seen[0];
    return first && first.at <= at - this.#window ? total - first.total : total;
  }
}
