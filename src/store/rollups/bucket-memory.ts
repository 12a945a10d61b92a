import { LRUCache } from 'lru-cache';
import { DAY } from './grains.js';
import type { Ask } from './read-rollups.js';

/** A bucket that holds something, as one fold left it. */
export interface Bucket {
  /** Seconds. */
  grain: number;
  /** Unix ms of its start. */
  bucket: number;
  /** Of the fold that wrote it last: an unchanged version is an unchanged bucket. */
  version: number;
}

/** Rows of a bucket that are read and remembered together. SQL is a constant of ours: none comes from outside. */
export interface BucketPart<Row> {
  /** Its statement's name. */
  name: string;
  /** Which fold wrote each bucket. */
  versions: 'rollup_buckets' | 'order_buckets';
  table: string;
  columns: string;
  /** Which rows are of a bucket, `wanted`; those of its own grain and start where this is left out. */
  of?: string;
  /** Which of the bucket's rows; parameters begin at $3. */
  where: string;
  /** A row's bytes beyond {@link BYTES_A_ROW}. */
  bytesOf?: (row: Row) => number;
}

/** How rows of a part are added up. */
export interface Summation<Row, Sum> {
  part: BucketPart<Row>;
  /** What else the sum depends on, where that is not a value of the part. */
  by?: string;
  none: () => Sum;
  add: (sum: Sum, row: Row) => void;
  copy: (sum: Sum) => Sum;
  /** Where a sum is much larger than {@link BYTES_A_SUM}. */
  bytesOf?: (sum: Sum) => number;
}

/**
 * Bytes of rows that a process remembers. A month and the one before are some 35 buckets of 150 kB: 10 kB of calls, 20 of failures, the rest sets of
 * people. Days of another time zone are 720 hours of people.
 */
const REMEMBERED_BYTES = 32 * 1_024 * 1_024;
const BYTES_A_ROW = 150;
/** Bytes of sums: one question has five of what is asked for, and as many of the days in it; a chart of 90 days of people has 90. */
const REMEMBERED_SUMS = 16 * 1_024 * 1_024;
/** Most sums are of 10 to 100 kB. */
const BYTES_A_SUM = 64 * 1_024;

/**
 * The buckets that questions ask for. Nearly all of them are over and will not change, so a process remembers their rows under their version, and what many
 * of them come to under all their versions. A question asks which buckets there are and in which version (40 bytes each), and reads only those that it
 * does not know: what it answers is as fresh as if it had read them all. Decoding a month takes Node 10 ms, adding it up 5; a fold
 * changes a few small buckets of it.
 */
export class BucketMemory {
  readonly #rows = new LRUCache<string, readonly unknown[]>({ maxSize: REMEMBERED_BYTES });
  readonly #sums = new LRUCache<string, { sum: unknown }>({ maxSize: REMEMBERED_SUMS });

  /** What a part of some buckets comes to. It is shared: who adds to it adds to a copy. `values` are the part's parameters. */
  async sumOf<Row extends object, Sum>(
    ask: Ask,
    summation: Summation<Row, Sum>,
    buckets: readonly Bucket[],
    values: readonly string[] = [],
  ): Promise<Sum> {
    return (await this.#sum(ask, summation, buckets, values)).value;
  }

  /** A part of each bucket, in their order. Rows are shared: none may be changed. */
  async rowsOf<Row extends object>(
    ask: Ask,
    part: BucketPart<Row>,
    buckets: readonly Bucket[],
    values: readonly string[] = [],
  ): Promise<readonly (readonly Row[])[]> {
    return (await this.#read(ask, part, buckets, values)).value;
  }

  async #sum<Row extends object, Sum>(
    ask: Ask,
    summation: Summation<Row, Sum>,
    buckets: readonly Bucket[],
    values: readonly string[],
  ): Promise<Read<Sum>> {
    const { part, none, add, copy, by = '', bytesOf: sizeOf } = summation;
    const key = [part.name, by, ...values, ...buckets.map((bucket) => keyOf(bucket))].join('\0');
    const known = this.#sums.get(key);
    if (known) return { value: known.sum as Sum, asListed: true };
    // The days and weeks among them stay the same for a day; what is left is small, and changes with each fold.
    const large = buckets.filter(({ grain }) => grain >= DAY);
    const small = buckets.filter(({ grain }) => grain < DAY);
    const split = large.length > 1 && small.length > 0;
    const ofLarge = split ? await this.#sum(ask, summation, large, values) : undefined;
    const sum = ofLarge ? copy(ofLarge.value) : none();
    const { value, asListed } = await this.#read(ask, part, split ? small : buckets, values);
    for (const rows of value) for (const row of rows) add(sum, row);
    const wholly = asListed && (ofLarge?.asListed ?? true);
    if (wholly) this.#sums.set(key, { sum }, { size: key.length + (sizeOf?.(sum) ?? BYTES_A_SUM) });
    return { value: sum, asListed: wholly };
  }

  async #read<Row extends object>(
    ask: Ask,
    part: BucketPart<Row>,
    buckets: readonly Bucket[],
    values: readonly string[],
  ): Promise<Read<readonly (readonly Row[])[]>> {
    const keys = buckets.map((bucket) => [part.name, ...values, keyOf(bucket)].join('\0'));
    const known = keys.map((key) => this.#rows.get(key) as readonly Row[] | undefined);
    const missing = buckets.flatMap((bucket, index) => (known[index] ? [] : [{ ...bucket, index }]));
    let asListed = true;
    if (missing.length > 0) {
      const read = await readBuckets(ask, part, missing, values);
      for (const [place, { index, version }] of missing.entries()) {
        const { rows, version: found } = read[place] ?? { rows: [], version: undefined };
        known[index] = rows;
        if (found === version) this.#rows.set(keys[index] ?? '', rows, { size: bytesOf(part, rows) });
        else asListed = false;
      }
    }
    return { value: known.map((rows) => rows ?? []), asListed };
  }
}

/** What was read, and whether all of it was in the version that was listed: otherwise a fold came in between, and nobody may remember it as that. */
interface Read<T> {
  value: T;
  asListed: boolean;
}

const keyOf = ({ grain, bucket, version }: Bucket): string => `${grain} ${bucket} ${version}`;

const bytesOf = <Row>({ bytesOf: more }: BucketPart<Row>, rows: readonly Row[]): number =>
  rows.reduce((sum, row) => sum + BYTES_A_ROW + (more?.(row) ?? 0), BYTES_A_ROW);

/** The rows of each bucket, with the version that it has by now; none where the bucket is gone. */
async function readBuckets<Row extends object>(
  ask: Ask,
  part: BucketPart<Row>,
  buckets: readonly Bucket[],
  values: readonly string[],
): Promise<{ version: number | undefined; rows: Row[] }[]> {
  const of = part.of ?? 'stored.grain = wanted.grain AND stored.bucket = wanted.bucket';
  const found = await ask<Row & { place: number; held_version: number; is_row: true | null }>(
    part.name,
    `SELECT wanted.place::int AS place, held.version::float8 AS held_version, found.*
     FROM unnest($1::int[], $2::timestamptz[]) WITH ORDINALITY AS wanted (grain, bucket, place)
     JOIN ${part.versions} AS held ON held.grain = wanted.grain AND held.bucket = wanted.bucket
     LEFT JOIN LATERAL (SELECT true AS is_row, ${part.columns} FROM ${part.table} AS stored WHERE ${of} AND ${part.where}) AS found ON true`,
    [buckets.map(({ grain }) => grain), buckets.map(({ bucket }) => new Date(bucket)), ...values],
  );
  const read = buckets.map(() => ({ version: undefined as number | undefined, rows: [] as Row[] }));
  for (const row of found) {
    const bucket = read[row.place - 1];
    if (!bucket) continue;
    bucket.version = row.held_version;
    if (row.is_row) bucket.rows.push(row);
  }
  return read;
}
