import { lowestUuidAt } from '../../store/uuid-v7.js';
import { DAY, dayBelow, dayOf, type IdRange, intersect } from './id-range.js';

/** What is known of a day that may hold something. */
export interface PossibleDay {
  /** Rows that match, at most, of those that are folded. */
  most: number;
  /** Rows that an index finds, among which those are. */
  found: number;
}

/** By their start, Unix ms. */
export type PossibleDays = ReadonlyMap<number, PossibleDay>;

export interface DayWalkOptions {
  /** What is asked for. */
  bounds: IdRange;
  /** Unix ms. */
  now: number;
  /** The start of the oldest day that has a partition, Unix ms. */
  oldest: number;
  /** From here on (Unix ms) there is nothing; undefined where that is not known. */
  end?: number | undefined;
}

/** Planning a statement costs 0.1 to 0.25 ms a day, sending one more 0.5: so few impossible days are read along rather than left out. */
const LONGEST_GAP = 4 * DAY;
/** Rows that are looked through in the time that it takes to plan a day. */
const ROWS_A_DAY = 250;

/**
 * From the newest day to the oldest, a few days at a time: planning one statement over 100 partitions costs 10 ms, over one 0.2. Most pages are
 * full after the newest day or two, so steps are 1, 2, 4, 8 … days: what matches nothing in 100 days takes seven. A full page starts
 * them at 1 again: the next is likely to be near.
 *
 * What no partition covers is not left out: the first step has no upper end, and the last no lower one.
 */
export class DayWalk {
  readonly #options: DayWalkOptions;
  readonly #end: string | undefined;
  #above: string | undefined;
  #days = 1;
  #possible: PossibleDays | undefined;
  #ended = false;

  constructor({ bounds, now, oldest, end }: DayWalkOptions) {
    const today = dayOf(now);
    this.#options = { bounds, now: today, oldest: Math.min(oldest, today) };
    this.#end = end === undefined ? undefined : lowestUuidAt(end);
    this.#above = bounds.above;
  }

  /**
   * From here on, only these days hold anything, beside what is older than every partition. Days ahead of the clock count as today, whose step has them in it:
   * just before midnight a row may be tomorrow's.
   */
  restrictTo(possible: PossibleDays): void {
    const days = new Map<number, PossibleDay>();
    for (const [day, { most, found }] of possible) {
      const within = Math.min(day, this.#options.now);
      const held = days.get(within);
      days.set(within, { most: most + (held?.most ?? 0), found: found + (held?.found ?? 0) });
    }
    this.#possible = days;
  }

  /** A page was full, and this was its last id: what is next is just below. */
  continueBelow(id: string): void {
    this.#above = id;
    this.#days = 1;
    this.#ended = false;
  }

  /** What was not walked yet; undefined at the end. */
  get left(): IdRange | undefined {
    return this.#ended ? undefined : { lowest: this.#options.bounds.lowest, above: this.#above };
  }

  /** The days from here on, with those between them, that it takes for `wanted` rows, as far as counts are known. */
  daysFor(wanted: number): number {
    const newest = this.#newestDay();
    let last = newest + DAY;
    let rows = 0;
    for (let day = newest; day >= this.#options.oldest && rows < wanted; day -= DAY) {
      if (!this.#isPossible(day)) continue;
      last = day;
      rows += this.#possible?.get(day)?.most ?? 0;
    }
    return (newest + DAY - last) / DAY;
  }

  /**
   * The next step; undefined at the end. Where counts are known, it has enough days for `wanted` rows, and more until it costs as much as looking through
   * `through` rows.
   */
  next(wanted: number, through = 0): IdRange | undefined {
    if (this.#ended) return undefined;
    const { bounds, oldest } = this.#options;
    const newest = this.#newestDay();
    const first = this.#firstPossible(newest);
    const last = first === undefined ? undefined : this.#lastOf(first, wanted, through);
    this.#ended = last === undefined || last <= oldest;
    const step = {
      lowest: this.#ended || last === undefined ? undefined : lowestUuidAt(last),
      // Rows may be ahead of the clock, by their sender's or by ours: the newest day has no end of its own.
      above: first === newest ? this.#end : lowestUuidAt((first ?? oldest - DAY) + DAY),
    };
    const range = intersect(step, { lowest: bounds.lowest, above: this.#above });
    this.#above = step.lowest;
    this.#days *= 2;
    if (range?.lowest !== undefined && range.lowest === bounds.lowest) this.#ended = true;
    if (range === undefined) this.#ended = true;
    return range;
  }

  /** The day to go on from. What is asked for may begin in the future, where no day needs to be looked at alone. */
  #newestDay(): number {
    const { now } = this.#options;
    return this.#above === undefined ? now : Math.min(now, dayBelow(this.#above));
  }

  #firstPossible(newest: number): number | undefined {
    for (let day = newest; day >= this.#options.oldest; day -= DAY) if (this.#isPossible(day)) return day;
    return undefined;
  }

  #lastOf(first: number, wanted: number, through: number): number {
    let last = first;
    let days = 0;
    let rows = 0;
    let found = 0;
    for (let day = first; day >= this.#options.oldest && last - day <= LONGEST_GAP; day -= DAY) {
      if (!this.#isPossible(day)) continue;
      const known = this.#possible?.get(day);
      const isEnough = !this.#possible || (rows >= wanted && found >= through);
      if (days >= this.#days && isEnough) break;
      last = day;
      days += 1;
      rows += known?.most ?? 0;
      found += ROWS_A_DAY + (known?.found ?? 0);
    }
    return last;
  }

  #isPossible(day: number): boolean {
    return this.#possible?.has(day) ?? true;
  }
}
