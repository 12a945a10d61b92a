/** Seasons that are learned at least: what happened once is no habit. */
const SEASONS = 2;
/** Part of the bins that must be known: gaps may leave the rest unseen. */
const KNOWN = 0.8;
/** Share of the newest season in what is expected, and of the newest value in the whole season's spread. */
const NEWEST = 0.2;
const NEWEST_VALUE = 0.002;
/** Spreads that one value may move what is expected by: an outage today is not expected tomorrow. */
const CLIP = 4;
/** Spreads that one value may count for in them. */
const FARTHEST = 6;
/** Values' worth of the whole season's spread in a bin's own, of which few are known. */
const SHRINK = 3;

/** What is expected at each time of a day or a week, and how far it is missed there as a rule: busy evenings are noisier than nights. */
export class Season {
  readonly #length: number;
  readonly #perBin: number;
  readonly #levels: Float64Array;
  readonly #spreads: Float64Array;
  readonly #counts: Uint16Array;
  readonly #lastSeason: Float64Array;
  #spread = 0;
  #values = 0;
  #known = 0;

  /** A season of `length` ms in `bins` parts, each of which gets some `perBin` values. */
  constructor(length: number, bins: number, perBin: number) {
    this.#length = length;
    this.#perBin = Math.max(1, perBin);
    this.#levels = new Float64Array(bins);
    this.#spreads = new Float64Array(bins);
    this.#counts = new Uint16Array(bins);
    this.#lastSeason = new Float64Array(bins);
  }

  /** What it knows, for {@link load} of a season of the same length and parts. */
  save() {
    return {
      levels: this.#levels.slice(),
      spreads: this.#spreads.slice(),
      counts: this.#counts.slice(),
      lastSeason: this.#lastSeason.slice(),
      spread: this.#spread,
      values: this.#values,
      known: this.#known,
    };
  }

  load(saved: ReturnType<Season['save']>): void {
    this.#levels.set(saved.levels);
    this.#spreads.set(saved.spreads);
    this.#counts.set(saved.counts);
    this.#lastSeason.set(saved.lastSeason);
    this.#spread = saved.spread;
    this.#values = saved.values;
    this.#known = saved.known;
  }

  /** Whether enough of the bins around `at` (Unix ms) have been seen often enough. */
  knows(at: number): boolean {
    const { bin, next } = this.#place(at);
    return (
      this.#known >= this.#levels.length * KNOWN &&
      (this.#counts[bin] ?? 0) >= SEASONS &&
      (this.#counts[next] ?? 0) >= SEASONS
    );
  }

  /** What is expected at `at`, on the line between the middles of two bins. */
  expected(at: number): number {
    const { bin, next, share } = this.#place(at);
    return (this.#levels[bin] ?? 0) * (1 - share) + (this.#levels[next] ?? 0) * share;
  }

  /** How far it is missed at that time. */
  spread(at: number): number {
    const { bin, next, share } = this.#place(at);
    const own = (this.#spreads[bin] ?? 0) * (1 - share) + (this.#spreads[next] ?? 0) * share;
    const count = Math.min(this.#counts[bin] ?? 0, this.#counts[next] ?? 0);
    return (own * count + this.#spread * SHRINK) / (count + SHRINK);
  }

  /** Learns a value at a time (Unix ms). */
  add(at: number, value: number): void {
    const season = Math.floor(at / this.#length);
    const bin = Math.min(
      Math.floor(((at - season * this.#length) / this.#length) * this.#levels.length),
      this.#levels.length - 1,
    );
    const first = this.#counts[bin] === 0 || this.#lastSeason[bin] !== season;
    if (first) {
      this.#lastSeason[bin] = season;
      this.#counts[bin] = Math.min((this.#counts[bin] ?? 0) + 1, 65_535);
      if (this.#counts[bin] === SEASONS) this.#known += 1;
    }
    const seasons = this.#counts[bin] ?? 1;
    const level = this.#levels[bin] ?? 0;
    if (seasons === 1) {
      // The bin's first season: its last values, mostly.
      this.#levels[bin] = first ? value : level + (value - level) / 3;
      return;
    }
    const spread = this.spread(at);
    const clip = seasons > SEASONS ? CLIP * spread : Number.POSITIVE_INFINITY;
    const rate = Math.max(NEWEST, 1 / seasons) / this.#perBin;
    const deviation = Math.max(-clip, Math.min(clip, value - this.expected(at)));
    const missed = Math.abs(value - this.expected(at));
    // Where all has been alike so far the spread is nothing, and a first deviation must be able to make it something.
    const size = spread > 0 ? Math.min(missed, FARTHEST * spread) : missed;
    const own = this.#spreads[bin] ?? 0;
    this.#spreads[bin] = own + (size - own) * rate;
    this.#levels[bin] = level + deviation * rate;
    this.#values += 1;
    this.#spread += (size - this.#spread) * Math.max(NEWEST_VALUE, 1 / this.#values);
  }

  #place(at: number): { bin: number; next: number; share: number } {
    const bins = this.#levels.length;
    const phase = (at - Math.floor(at / this.#length) * this.#length) / this.#length;
    const middle = phase * bins - 0.5;
    const below = Math.floor(middle);
    return { bin: (below + bins) % bins, next: (below + 1) % bins, share: middle - below };
  }
}
