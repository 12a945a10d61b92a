/** Steps between values that are looked at before the cadence is said. */
const LOOKED_AT = 15;
/** How many times longer or shorter steps have to become, for twice as many, to be another cadence. */
const ANOTHER = 3;

/** How far apart values come as a rule, in ms. Undefined until some have come; another after a series came to have another, such as after a burst at its start. */
export class Cadence {
  #last: number | undefined;
  #steps: number[] = [];
  #usual: number | undefined;
  #lately: number | undefined;

  get usual(): number | undefined {
    return this.#usual;
  }

  /** What it knows, for {@link load}. */
  save() {
    return { last: this.#last, steps: [...this.#steps], usual: this.#usual, lately: this.#lately };
  }

  load({ last, steps, usual, lately }: ReturnType<Cadence['save']>): void {
    this.#last = last;
    this.#steps = [...steps];
    this.#usual = usual;
    this.#lately = lately;
  }

  /** Takes in the time of the next value and returns how many steps it is after the last one; 1 while that is not known. */
  add(at: number): number {
    const step = this.#last === undefined ? 0 : at - this.#last;
    this.#last = at;
    if (step <= 0) return 1;
    this.#steps.push(step);
    if (this.#steps.length === LOOKED_AT) this.#measure();
    return this.#usual === undefined ? 1 : step / this.#usual;
  }

  #measure(): void {
    const median = this.#steps.sort((a, b) => a - b)[Math.floor(LOOKED_AT / 2)] ?? 0;
    this.#steps = [];
    const before = this.#lately;
    this.#lately = median;
    if (this.#usual === undefined) this.#usual = median;
    else if (isAnother(median, this.#usual) && before !== undefined && isAnother(before, this.#usual))
      this.#usual = median;
  }
}

const isAnother = (step: number, usual: number): boolean => step > usual * ANOTHER || step < usual / ANOTHER;
