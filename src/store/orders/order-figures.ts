import { LatencySketch } from '../rollups/latency-sketch.js';
import { type OrderCount, orderCounts, type StageSpan, stageSpanNames } from './order-contribution.js';
import type { Tally } from './order-delta.js';
import { amountNames } from './order-money.js';

/** Amounts in units, by currency, as a column holds them: in the order of `amountNames`, since names would be half of the row. */
export type AmountsJson = Record<string, number[]>;

/** A row of order_rollups, as far as it is figures. */
export interface FigureColumns extends Record<OrderCount, number> {
  /** Undefined where a question did not ask for them. */
  amounts?: AmountsJson;
  sketches: Uint8Array;
}

/** Two bytes a sketch for its length: the largest has 2,048 bins of 7 bytes at most. */
const HEADER = 2 * stageSpanNames.length;

const isCount = (name: string): name is OrderCount => (orderCounts as readonly string[]).includes(name);

/** The sums of a bucket, or of many: counts, amounts in units, and how long orders took from stage to stage. */
export class OrderFigures {
  readonly counts: Record<OrderCount, number>;
  readonly amounts = new Map<string, Map<string, number>>();
  readonly sketches = new Map<StageSpan, LatencySketch>();

  constructor() {
    this.counts = Object.fromEntries(orderCounts.map((name) => [name, 0])) as Record<OrderCount, number>;
  }

  copy(): OrderFigures {
    const copy = new OrderFigures();
    Object.assign(copy.counts, this.counts);
    for (const [currency, amounts] of this.amounts) copy.amounts.set(currency, new Map(amounts));
    for (const [name, sketch] of this.sketches) copy.sketches.set(name, sketch.copy());
    return copy;
  }

  addTally(tally: Tally): void {
    for (const [name, by] of Object.entries(tally)) {
      if (isCount(name)) {
        this.counts[name] += by;
        continue;
      }
      const [first = '', second = ''] = name.split(' ');
      if ((stageSpanNames as readonly string[]).includes(first))
        this.sketch(first as StageSpan).add(Number(second), by);
      else this.#addAmount(first, second, by);
    }
  }

  addColumns(columns: FigureColumns): void {
    for (const name of orderCounts) this.counts[name] += columns[name];
    for (const [currency, amounts] of Object.entries(columns.amounts ?? {})) {
      for (const [index, name] of amountNames.entries()) this.#addAmount(currency, name, amounts[index] ?? 0);
    }
    const bytes = columns.sketches;
    const header = new DataView(bytes.buffer, bytes.byteOffset, HEADER);
    let at = HEADER;
    for (const [index, name] of stageSpanNames.entries()) {
      const length = header.getUint16(2 * index);
      if (length > 0) this.sketch(name).mergeBytes(bytes.subarray(at, at + length));
      at += length;
    }
  }

  /** The sketch of a stage's times, made where there is none. */
  sketch(name: StageSpan): LatencySketch {
    let sketch = this.sketches.get(name);
    if (!sketch) {
      sketch = new LatencySketch();
      this.sketches.set(name, sketch);
    }
    return sketch;
  }

  /** True when no order is left in it. */
  get isEmpty(): boolean {
    return orderCounts.every((name) => this.counts[name] === 0) && this.amounts.size === 0;
  }

  toColumns(): FigureColumns {
    const amounts = Object.fromEntries(
      [...this.amounts].map(([currency, byName]) => [
        currency,
        amountNames.map((name) => byName.get(name) ?? 0),
      ]),
    );
    return { ...this.counts, amounts, sketches: this.#sketchBytes() };
  }

  /** The lengths of the sketches, then the sketches; one without values has no bytes. */
  #sketchBytes(): Buffer {
    const header = Buffer.alloc(HEADER);
    const parts: Uint8Array[] = [header];
    for (const [index, name] of stageSpanNames.entries()) {
      const bytes = this.sketches.get(name)?.toBytes();
      // A sketch of nothing is all zeros.
      if (!bytes?.some((byte) => byte !== 0)) continue;
      header.writeUInt16BE(bytes.length, 2 * index);
      parts.push(bytes);
    }
    return Buffer.concat(parts);
  }

  #addAmount(currency: string, name: string, units: number): void {
    if (units === 0) return;
    let amounts = this.amounts.get(currency);
    if (!amounts) {
      amounts = new Map();
      this.amounts.set(currency, amounts);
    }
    const sum = (amounts.get(name) ?? 0) + units;
    if (sum !== 0) amounts.set(name, sum);
    else amounts.delete(name);
    if (amounts.size === 0) this.amounts.delete(currency);
  }
}
