import type pg from 'pg';
import { countRawRows } from './count-raw-rows.js';
import { bucketOf, cover, type Grain, type Run, type Span } from './grains.js';
import { at, type BucketDelta, emptyBucket, mergeBucket, type RollupDelta } from './rollup-delta.js';

/** A span cut into what the rollups hold and what they do not. */
export interface CutSpan {
  /** Buckets to read. */
  runs: Run[];
  /** What is to be added to them: rows that are not folded yet, and rows at ragged ends. */
  rest: BucketDelta;
}

/**
 * Cuts a span into whole buckets, at least `smallest` in size, and the rest. An end in the middle of a bucket, such as a span of some milliseconds
 * has, is counted from the raw rows of that bucket alone: at most a minute's at each end, or an hour's where there are no minutes.
 */
export async function cutSpan(
  pool: pg.Pool,
  span: Span,
  smallest: Grain,
  pending: RollupDelta,
): Promise<CutSpan> {
  const length = smallest * 1_000;
  const inner = { from: Math.ceil(span.from / length) * length, to: bucketOf(smallest, span.to) };
  const rest = emptyBucket();
  if (inner.from > inner.to) {
    // Within one bucket.
    await addRaw(pool, span, rest);
    return { runs: [], rest };
  }
  addPending(pending, inner, rest);
  await addRaw(pool, { from: span.from, to: inner.from }, rest);
  await addRaw(pool, { from: inner.to, to: span.to }, rest);
  return { runs: cover(inner, smallest), rest };
}

async function addRaw(pool: pg.Pool, span: Span, rest: BucketDelta): Promise<void> {
  if (span.from >= span.to) return;
  const delta = await countRawRows(pool, span);
  for (const bucket of delta.minutes.values()) mergeBucket(rest, bucket);
}

/** Adds what waits to be folded into buckets of the span, whose ends are whole minutes. */
export function addPending(pending: RollupDelta, { from, to }: Span, rest: BucketDelta): void {
  for (const [minute, bucket] of pending.minutes) {
    const start = minute * 60_000;
    if (start >= from && start < to) mergeBucket(rest, bucket);
  }
}

/** What waits to be folded, by bucket of a grain (Unix ms of its start), within a span. */
export function pendingBuckets(
  pending: RollupDelta,
  { from, to }: Span,
  bucketAt: (time: number) => number,
): Map<number, BucketDelta> {
  const buckets = new Map<number, BucketDelta>();
  for (const [minute, bucket] of pending.minutes) {
    const start = minute * 60_000;
    if (start >= from && start < to) mergeBucket(at(buckets, bucketAt(start), emptyBucket), bucket);
  }
  return buckets;
}
