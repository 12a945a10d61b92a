import { unzigzag, VarintReader, writeVarint, zigzag } from './varint.js';

/**
 * Bounds of the bins: bin i holds values in (γ^(i-1), γ^i] with γ = (1 + α) / (1 - α), so that its middle, 2γ^i / (γ + 1), is within α of
 * each. α is a little under the promised 1 %, which leaves room for the rounding of floating point.
 */
const ALPHA = 0.0099;
const GAMMA = (1 + ALPHA) / (1 - ALPHA);
const LOG_GAMMA = Math.log(GAMMA);
/** Milliseconds below which a time counts as none: a nanosecond, the finest that clocks tell. */
const ZERO_BELOW = 1e-6;
/**
 * Milliseconds above which a time counts as this much: three years. With both bounds there are 1,978 bins at most. DDSketch joins its lowest bins instead: then
 * one absurd time spoils the percentiles of all others, and what was joined depends on the order in which sketches were merged.
 */
export const LONGEST_MS = 1e11;

const middleOf = (bin: number): number => (2 * GAMMA ** bin) / (GAMMA + 1);

/**
 * How many calls took how long, so that percentiles of any union of buckets are within 1 % of the exact ones: DDSketch (Masson, Rim, Lee:
 * «DDSketch: A Fast and Fully-Mergeable Quantile Sketch with Relative-Error Guarantees», VLDB 2019) with logarithmic bins. Counts are whole
 * numbers and may be taken back, so sketches can be subtracted.
 */
export class LatencySketch {
  /** Counts of the bins from `#lowest` on. */
  #bins = new Float64Array(0);
  #lowest = 0;
  #zeros = 0;
  #count = 0;

  /** How many values it holds. */
  get count(): number {
    return this.#count;
  }

  /** Counts a time in ms (≥ 0), `times` times; negative takes back what was counted. */
  add(ms: number, times = 1): void {
    if (ms < ZERO_BELOW) {
      this.#zeros += times;
      this.#count += times;
    } else this.#addToBin(Math.ceil(Math.log(Math.min(ms, LONGEST_MS)) / LOG_GAMMA), times);
  }

  copy(): LatencySketch {
    const sketch = new LatencySketch();
    sketch.#bins = this.#bins.slice();
    sketch.#lowest = this.#lowest;
    sketch.#zeros = this.#zeros;
    sketch.#count = this.#count;
    return sketch;
  }

  merge(other: LatencySketch): void {
    this.#zeros += other.#zeros;
    this.#count += other.#count;
    if (other.#bins.length === 0) return;
    this.#cover(other.#lowest, other.#lowest + other.#bins.length);
    const bins = this.#bins;
    const shift = other.#lowest - this.#lowest;
    for (let index = 0; index < other.#bins.length; index += 1)
      bins[shift + index] = (bins[shift + index] ?? 0) + (other.#bins[index] ?? 0);
  }

  /** All of some together, for which room is made once. */
  static sum(sketches: readonly LatencySketch[]): LatencySketch {
    const filled = sketches.filter((one) => one.#bins.length > 0);
    const sum = new LatencySketch();
    if (filled.length > 0)
      sum.#cover(
        Math.min(...filled.map((one) => one.#lowest)),
        Math.max(...filled.map((one) => one.#lowest + one.#bins.length)),
      );
    for (const one of sketches) sum.merge(one);
    return sum;
  }

  /** Merges what {@link toBytes} wrote, without a sketch in between. */
  mergeBytes(bytes: Uint8Array): void {
    const reader = new VarintReader(bytes);
    const zeros = unzigzag(reader.next());
    this.#zeros += zeros;
    this.#count += zeros;
    let bin = unzigzag(reader.next());
    let count = 0;
    for (let left = reader.next(); left > 0; left -= 1) {
      const head = reader.next();
      bin += head >>> 1;
      const times = head & 1 ? unzigzag(reader.next()) : 1;
      count += times;
      let index = bin - this.#lowest;
      if (index < 0 || index >= this.#bins.length) {
        this.#widen(bin);
        index = bin - this.#lowest;
      }
      this.#bins[index] = (this.#bins[index] ?? 0) + times;
    }
    this.#count += count;
  }

  /**
   * The value below which the fraction `q` lies, in ms, interpolated between neighbours as PostgreSQL's percentile_cont does; null without
   * values. Relative error ≤ 1 %. `bounds`, where known, are the exact extremes.
   */
  quantile(q: number, bounds: { min: number; max: number } = { min: 0, max: Infinity }): number | null {
    if (this.#count <= 0) return null;
    const rank = q * (this.#count - 1);
    const below = this.#valueAt(Math.floor(rank), bounds);
    const above = this.#valueAt(Math.ceil(rank), bounds);
    return below + (above - below) * (rank - Math.floor(rank));
  }

  /** Which fraction took longer than a time in ms, as if values were spread evenly within a bin; null without values. The time is within 1 %. */
  shareAbove(ms: number): number | null {
    if (this.#count <= 0) return null;
    if (ms < ZERO_BELOW) return 1 - this.#zeros / this.#count;
    const place = Math.log(ms) / LOG_GAMMA;
    let above = 0;
    this.#bins.forEach((times, index) => {
      const bin = this.#lowest + index;
      above += times * Math.min(Math.max(bin - place, 0), 1);
    });
    return above / this.#count;
  }

  /** Bytes in which a bin that holds one value takes one or two: zeros, first bin, number of bins, then each as its distance and count. */
  toBytes(): Buffer {
    const bytes: number[] = [];
    const filled = this.#filledBins();
    writeVarint(bytes, zigzag(this.#zeros));
    const first = filled[0]?.[0] ?? 0;
    writeVarint(bytes, zigzag(first));
    writeVarint(bytes, filled.length);
    let before = first;
    for (const [bin, times] of filled) {
      const gap = bin - before;
      before = bin;
      writeVarint(bytes, gap * 2 + (times === 1 ? 0 : 1));
      if (times !== 1) writeVarint(bytes, zigzag(times));
    }
    return Buffer.from(bytes);
  }

  static fromBytes(bytes: Uint8Array): LatencySketch {
    const sketch = new LatencySketch();
    sketch.mergeBytes(bytes);
    return sketch;
  }

  /** As numbers, for a delta's JSON: zeros, then bin and count by turns. */
  toJSON(): number[] {
    return [this.#zeros, ...this.#filledBins().flat()];
  }

  /** Merges what {@link toJSON} wrote, without a sketch in between. */
  mergeJSON(list: readonly number[]): void {
    const zeros = list[0] ?? 0;
    this.#zeros += zeros;
    this.#count += zeros;
    for (let at = 1; at < list.length; at += 2) this.#addToBin(list[at] ?? 0, list[at + 1] ?? 0);
  }

  static fromJSON(list: readonly number[]): LatencySketch {
    const sketch = new LatencySketch();
    sketch.mergeJSON(list);
    return sketch;
  }

  #filledBins(): [bin: number, times: number][] {
    const filled: [number, number][] = [];
    this.#bins.forEach((times, index) => {
      if (times !== 0) filled.push([this.#lowest + index, times]);
    });
    return filled;
  }

  /** The value of the rank-th smallest, counted from 0. The first and the last are known exactly. */
  #valueAt(rank: number, { min, max }: { min: number; max: number }): number {
    if (rank <= 0 && min > 0) return min;
    if (rank >= this.#count - 1 && max < Infinity) return max;
    let seen = this.#zeros;
    if (seen > rank) return 0;
    for (let index = 0; index < this.#bins.length; index += 1) {
      seen += this.#bins[index] ?? 0;
      if (seen > rank) return Math.min(Math.max(middleOf(this.#lowest + index), min), max);
    }
    return max < Infinity ? max : middleOf(this.#lowest + this.#bins.length - 1);
  }

  #addToBin(wanted: number, times: number): void {
    this.#count += times;
    const bins = this.#bins;
    const index = wanted - this.#lowest;
    if (index >= 0 && index < bins.length) {
      bins[index] = (bins[index] ?? 0) + times;
      return;
    }
    this.#widen(wanted);
    this.#bins[wanted - this.#lowest] = times;
  }

  /** Makes room for bins from `from` to `to`, exclusive, at once. */
  #cover(from: number, to: number): void {
    const old = this.#bins;
    const isEmpty = old.length === 0;
    const lowest = isEmpty ? from : Math.min(this.#lowest, from);
    const end = isEmpty ? to : Math.max(this.#lowest + old.length, to);
    if (end - lowest === old.length) return;
    const bins = new Float64Array(end - lowest);
    bins.set(old, isEmpty ? 0 : this.#lowest - lowest);
    this.#bins = bins;
    this.#lowest = lowest;
  }

  /** Makes room for a bin, and some to spare, since bins come in clusters: as much again as there was, so that a sketch is copied a few times only. */
  #widen(bin: number): void {
    const old = this.#bins;
    const oldLowest = this.#lowest;
    const empty = old.length === 0;
    const spare = Math.max(16, old.length >>> 1);
    const lowest = empty ? bin - 8 : Math.min(oldLowest, bin - spare);
    const end = empty ? bin + 24 : Math.max(oldLowest + old.length, bin + spare);
    const bins = new Float64Array(end - lowest);
    bins.set(old, empty ? 0 : oldLowest - lowest);
    this.#bins = bins;
    this.#lowest = lowest;
  }
}
