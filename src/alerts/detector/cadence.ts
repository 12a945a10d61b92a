/** Steps between values that are looked at before the cadence is known. */
const LOOKED_AT = 15;

/** How far apart values come as a rule, in ms. Undefined until some have come. */
export class Cadence {
  #last: number | undefined;
  #steps: number[] = [];
  #usual: number | undefined;

  get usual(): number | undefined {
    return this.#usual;
  }

  /** Takes in the time of the next value and returns how many steps it is after the last one; 1 while that is not known. */
  add(at: number): number {
    const step = this.#last === undefined ? 0 : at - this.#last;
    this.#last = at;
    if (step <= 0) return 1;
    if (this.#usual !== undefined) return step / this.#usual;
    this.#steps.push(step);
    if (this.#steps.length === LOOKED_AT) {
      this.#usual = this.#steps.sort((a, b) => a - b)[Math.floor(LOOKED_AT / 2)];
      this.#steps = [];
    }
    return 1;
  }
}
