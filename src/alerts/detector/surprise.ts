import { Spread } from './spread.js';
import { Tail } from './tail.js';

/** Deviations of a feature before its surprises count. */
const ENOUGH = 60;

/**
 * Judges the deviations of one feature from what was expected of it, upwards and downwards apart: traffic that jumps up every day has not yet fallen to
 * nothing once.
 */
export class Surprise {
  readonly #share: number;
  readonly #spread: Spread;
  readonly #up = new Tail();
  readonly #down = new Tail();

  /** `share` of a value that each tells anew: less than one where a deviation is mostly the one before. */
  constructor(share = 1) {
    this.#share = share;
    this.#spread = new Spread(share);
  }

  /** How surprising a deviation is (-log10 of its probability), which is then learned. `floor`, above 0, is the least that can be told from nothing. */
  judge(deviation: number, floor: number): number {
    const size = Math.abs(deviation);
    const ratio = size / Math.max(this.#spread.value, floor);
    const [side, other] = deviation >= 0 ? [this.#up, this.#down] : [this.#down, this.#up];
    const surprise = this.#up.count >= ENOUGH ? side.surprise(ratio) : 0;
    side.add(ratio, this.#share);
    // Each side knows how many there were in all: what is on the other side is as small as can be on this one.
    other.add(0, this.#share);
    this.#spread.add(size);
    return surprise;
  }

  /** What it knows, for {@link load}. */
  save() {
    return { spread: this.#spread.save(), up: this.#up.save(), down: this.#down.save() };
  }

  load({ spread, up, down }: ReturnType<Surprise['save']>): void {
    this.#spread.load(spread);
    this.#up.load(up);
    this.#down.load(down);
  }

  /** The usual size of a deviation. */
  get usual(): number {
    return this.#spread.value;
  }
}
