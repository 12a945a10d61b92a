import { deserialize, serialize } from 'node:v8';
import { gunzipSync, gzipSync } from 'node:zlib';
import { MetricDetector, type SavedDetector, type Scored } from '../detector/metric-detector.js';
import type { Group } from '../engine/group.js';

/** What a figure is judged as: `log` for those that vary by a factor, be they large or small. */
export interface Scale {
  in(value: number): number;
  out(scaled: number): number;
}

/** One group's series of an unusual-metric rule: its detector, and up to which minute (Unix ms, exclusive) it was fed. */
export class MetricSeries {
  readonly group: Group;
  readonly #detector: MetricDetector;
  #fedTo: number;
  #newest: { value: number; scored: Scored } | undefined;

  constructor(group: Group, fedTo: number, detector = new MetricDetector()) {
    this.group = group;
    this.#fedTo = fedTo;
    this.#detector = detector;
  }

  /** Goes on from what {@link toBytes} wrote; undefined where another version wrote it. */
  static from(group: Group, fedTo: number, bytes: Uint8Array): MetricSeries | undefined {
    try {
      const saved = deserialize(gunzipSync(bytes)) as { group: Group; detector: SavedDetector };
      return new MetricSeries(group, fedTo, MetricDetector.from(saved.detector));
    } catch {
      return undefined;
    }
  }

  get fedTo(): number {
    return this.#fedTo;
  }

  /** The newest value and what is said of it. */
  get newest(): { value: number; scored: Scored } | undefined {
    return this.#newest;
  }

  /** Feeds the minutes from `at` to `to` (Unix ms, exclusive) as one value; undefined where there is none. What it had is left as it was. */
  add(at: number, to: number, value: number | undefined, scale: Scale): void {
    if (at < this.#fedTo) return;
    this.#fedTo = to;
    this.#newest = undefined;
    if (value === undefined) return;
    const scored = this.#detector.add(at, scale.in(value));
    const expected = scored.expected === undefined ? undefined : scale.out(scored.expected);
    this.#newest = { value, scored: { ...scored, expected } };
  }

  toBytes(): Buffer {
    return gzipSync(serialize({ group: this.group, detector: this.#detector.save() }), { level: 1 });
  }
}
