/** The part of what was seen that counts as the tail: of a thousand values the largest twenty. */
const TAIL = 0.02;
/** Where a tail begins at least, in usual sizes: a uniform one has 1.9, a normal one 2.6. Without it anything at all would be the tail of nothing at all. */
const LEAST = 1.5;
/** Values after which one counts for a third (e^-1). */
const MEMORY = 4_000;
/** Bins an octave, and the octaves that are told apart: from 1/256 of the usual size to 65,536 times it. */
const BINS_AN_OCTAVE = 8;
const OCTAVES_BELOW = 8;
const BINS = BINS_AN_OCTAVE * (OCTAVES_BELOW + 16);
/** How heavy a tail is taken to be before there is one (Hill's index; a normal one has 0.15), and how many values that opinion is worth. */
const PRIOR = { index: 0.2, weight: 6 };
/** ln of how far one value may stretch the tail: a freak of a thousand times the usual must not hide the next one of ten. */
const FARTHEST = 1.5;
/** Weights grow, instead of all bins shrinking; beyond this they are scaled back. */
const LARGEST_WEIGHT = 1e100;
/** After how many values the tail is measured anew, when somebody asks: it moves slowly, and measuring it takes 200 steps. Of few, each counts. */
const MEASURE_EVERY = 16;
const YOUNG = 128;

/**
 * How surprising the size of a value is, by those before it. Sizes are ratios to the usual one. They are counted in logarithmic bins in which the past
 * fades; where the largest 2 % begin, a Pareto tail takes over, whose index is Hill's estimate (Hill 1975, «A Simple General Approach to Inference About
 * the Tail of a Distribution»). So a series that often jumps is granted jumps, one that never did is not, and nothing has to be set. The idea of
 * judging a stream by the tail of its own past is that of SPOT (Siffer et al. 2017, «Anomaly Detection in Streams with Extreme Value Theory»).
 */
export class Tail {
  readonly #bins = new Float64Array(BINS);
  #weight = 1;
  #total = 0;
  #count = 0;
  #begins = LEAST;
  /** Values since the tail was measured. */
  #since = 0;
  #index = PRIOR.index;

  /** Values seen. */
  get count(): number {
    return this.#count;
  }

  /** What it knows, for {@link load}. */
  save() {
    return {
      bins: this.#bins.slice(),
      weight: this.#weight,
      total: this.#total,
      count: this.#count,
      begins: this.#begins,
      since: this.#since,
      index: this.#index,
    };
  }

  load(saved: ReturnType<Tail['save']>): void {
    this.#bins.set(saved.bins);
    this.#weight = saved.weight;
    this.#total = saved.total;
    this.#count = saved.count;
    this.#begins = saved.begins;
    this.#since = saved.since;
    this.#index = saved.index;
  }

  /** -log10 of how probable a size of at least this is: 0 for what always happens, 4 for once in 10,000. */
  surprise(size: number): number {
    if (size <= LEAST) return 0;
    if (this.#since >= (this.#count < YOUNG ? 1 : MEASURE_EVERY)) this.#measure();
    if (size <= this.#begins) return 0;
    return Math.log10(size / this.#begins) / this.#index - Math.log10(TAIL);
  }

  /** Counts a size; `share` of one where it says little that the one before did not. */
  add(size: number, share = 1): void {
    const bin = Math.floor(Math.log2(size) * BINS_AN_OCTAVE) + OCTAVES_BELOW * BINS_AN_OCTAVE;
    const at = Math.min(Math.max(Number.isNaN(bin) ? 0 : bin, 0), BINS - 1);
    this.#bins[at] = (this.#bins[at] ?? 0) + this.#weight * share;
    this.#total += this.#weight * share;
    this.#weight *= 1 + share / MEMORY;
    this.#count += 1;
    if (this.#weight > LARGEST_WEIGHT) this.#scaleBack();
    this.#since += 1;
  }

  #measure(): void {
    this.#since = 0;
    const wanted = TAIL * this.#total;
    let above = 0;
    let bin = BINS;
    while (bin > 0 && above < wanted) {
      bin -= 1;
      above += this.#bins[bin] ?? 0;
    }
    // The bin in which the tail would begin is left to the body: the tail is what is above it.
    above -= this.#bins[bin] ?? 0;
    this.#begins = Math.max(LEAST, 2 ** ((bin + 1) / BINS_AN_OCTAVE - OCTAVES_BELOW));
    let logs = 0;
    for (let at = bin + 1; at < BINS; at += 1) {
      const log = ((at - bin - 0.5) * Math.LN2) / BINS_AN_OCTAVE;
      logs += (this.#bins[at] ?? 0) * Math.min(log, FARTHEST);
    }
    const values = above / this.#weight;
    this.#index = (logs / this.#weight + PRIOR.index * PRIOR.weight) / (values + PRIOR.weight);
  }

  #scaleBack(): void {
    for (let at = 0; at < BINS; at += 1) this.#bins[at] = (this.#bins[at] ?? 0) / this.#weight;
    this.#total /= this.#weight;
    this.#weight = 1;
  }
}
