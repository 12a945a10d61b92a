import type pg from 'pg';
import type { NamedQuery } from '../query.js';
import { lowestUuidAt, timeOfUuidV7 } from '../uuid-v7.js';
import type { Bucket } from './bucket-memory.js';
import { countRawRows } from './count-raw-rows.js';
import { bucketOf, cover, type Grain, type Span } from './grains.js';
import type { WaitingDelta } from './pending-memory.js';
import {
  AGAIN,
  type Ask,
  readInOneState,
  STATE_COLUMNS,
  type StateRow,
  waitingColumn,
} from './read-rollups.js';
import { type BucketDelta, emptyBucket, mergeBucket, type RollupDelta } from './rollup-delta.js';
import type { RollupMemory } from './rollup-memory.js';
import { runArrays } from './run-arrays.js';

/** A span cut into what the rollups hold and what they do not. */
export interface CutSpan {
  /** Those that hold anything, the largest first. */
  buckets: Bucket[];
  /** What is to be added to them: rows that are not folded yet, and rows at ragged ends. */
  rest: BucketDelta;
}

/** A span and the one it is compared with, and the smallest buckets (at least this grain) into which they are cut. */
export interface WantedSpans {
  current: Span;
  before: Span;
  smallest: Grain;
  /** Of a window that ends now: from now to the end of the bucket that now is in. A row whose clock is ahead of ours is counted, and stands there. */
  ahead?: Span | undefined;
}

export interface ReadSpans {
  current: CutSpan;
  before: CutSpan;
  /** Unix ms of the newest row ahead; 0 where none is. */
  newestAt: number;
}

interface State extends StateRow {
  waiting: WaitingDelta[];
  /** 1 where it is of the span before, and the bucket: grain in seconds, start in seconds, version. */
  buckets: [before: 0 | 1, grain: Grain, start: number, version: number][];
  newest_ahead: string | null;
}

/**
 * Answers a question about spans, which may depend on since when (Unix ms) there are minutes. What waits, which buckets there are, and in which versions,
 * is one statement, so one snapshot; where all of them are remembered, nothing else is asked.
 *
 * Spans are cut into whole buckets and the rest. An end in the middle of a bucket, such as a span of some milliseconds has, is counted from the raw
 * rows of that bucket alone: at most a minute's at each end, or an hour's where there are no minutes.
 */
export function readSpans<T>(
  pool: pg.Pool,
  memory: RollupMemory,
  spansOf: (minutesSince: number) => WantedSpans,
  work: (read: ReadSpans, ask: Ask) => Promise<T>,
): Promise<T> {
  let minutesSince = memory.minutesSince;
  let wanted = spansOf(minutesSince);
  return readInOneState<State, T>(
    pool,
    () => stateOf(wanted, memory.pending.known),
    async (state, ask) => {
      if (state.minutes_since !== minutesSince) {
        minutesSince = state.minutes_since;
        memory.minutesSince = minutesSince;
        wanted = spansOf(minutesSince);
        return AGAIN;
      }
      const pending = memory.pending.take(state.version, state.waiting);
      if (!pending) return AGAIN;
      // Both add what waits before either awaits anything: the next question's is not in it.
      const [current, before] = await Promise.all([
        cut(pool, wanted.current, wanted.smallest, pending),
        cut(pool, wanted.before, wanted.smallest, pending),
      ]);
      for (const [isBefore, grain, start, version] of state.buckets)
        (isBefore ? before : current).buckets.push({ grain, bucket: start * 1_000, version });
      const newestAt = state.newest_ahead ? timeOfUuidV7(state.newest_ahead) : 0;
      return work({ current, before, newestAt }, ask);
    },
  );
}

function stateOf({ current, before, smallest, ahead }: WantedSpans, known: readonly number[]): NamedQuery {
  const runs = [current, before].flatMap((span, index) =>
    cover(innerOf(span, smallest), smallest).map((run) => ({ ...run, span: index })),
  );
  return {
    name: 'rollup state, deltas and buckets',
    text: `
      SELECT ${STATE_COLUMNS},
        ${waitingColumn('$7')},
        (SELECT coalesce(json_agg(json_build_array(run.span, held.grain, extract(epoch FROM held.bucket)::bigint, held.version)
                                  ORDER BY held.grain DESC, held.bucket), '[]')
         FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[], $4::int[]) AS run (grain, starts, ends, span)
         JOIN rollup_buckets AS held ON held.grain = run.grain AND held.bucket >= run.starts AND held.bucket < run.ends) AS buckets,
        greatest((SELECT id::text FROM action_logs WHERE id >= $5 AND id < $6 ORDER BY action_logs.id DESC LIMIT 1),
                 (SELECT id::text FROM service_metrics WHERE id >= $5 AND id < $6 ORDER BY service_metrics.id DESC LIMIT 1)) AS newest_ahead
      FROM rollup_state`,
    values: [
      ...runArrays(runs),
      runs.map(({ span }) => span),
      ahead ? lowestUuidAt(ahead.from) : null,
      ahead ? lowestUuidAt(ahead.to) : null,
      known,
    ],
  };
}

/** The whole buckets of a span; none (its start is not before its end) where it is within one. */
function innerOf(span: Span, smallest: Grain): Span {
  const length = smallest * 1_000;
  return { from: Math.ceil(span.from / length) * length, to: bucketOf(smallest, span.to) };
}

/** A span's rest, without its buckets. */
async function cut(pool: pg.Pool, span: Span, smallest: Grain, pending: RollupDelta): Promise<CutSpan> {
  const inner = innerOf(span, smallest);
  const rest = emptyBucket();
  if (inner.from > inner.to) await addRaw(pool, span, rest);
  else {
    addPending(pending, inner, rest);
    await addRaw(pool, { from: span.from, to: inner.from }, rest);
    await addRaw(pool, { from: inner.to, to: span.to }, rest);
  }
  return { buckets: [], rest };
}

async function addRaw(pool: pg.Pool, span: Span, rest: BucketDelta): Promise<void> {
  if (span.from >= span.to) return;
  const delta = await countRawRows(pool, span);
  for (const bucket of delta.minutes.values()) mergeBucket(rest, bucket);
}

/** Adds what waits to be folded into buckets of the span, whose ends are whole minutes. */
function addPending(pending: RollupDelta, { from, to }: Span, rest: BucketDelta): void {
  for (const [minute, bucket] of pending.minutes) {
    const start = minute * 60_000;
    if (start >= from && start < to) mergeBucket(rest, bucket);
  }
}
