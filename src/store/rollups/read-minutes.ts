import type pg from 'pg';
import type { NamedQuery } from '../query.js';
import { timeText } from '../upsert.js';
import { type Bucket, BucketMemory } from './bucket-memory.js';
import { activity } from './bucket-parts.js';
import { MINUTE } from './grains.js';
import {
  addActions,
  addPending,
  addStoredMethod,
  emptyMinute,
  type MinuteFigures,
  type MinuteSum,
  minuteCalls,
} from './minute-figures.js';
import type { WaitingDelta } from './pending-memory.js';
import { AGAIN, readInOneState, STATE_COLUMNS, type StateRow, waitingColumn } from './read-rollups.js';
import { at, type RollupDelta } from './rollup-delta.js';
import type { RollupMemory } from './rollup-memory.js';

export type { ActionFigures, MethodFigures, MinuteFigures } from './minute-figures.js';

/** Longest span, in ms, whose minutes are worth remembering: an hour of them is a megabyte, and a week would push out what everybody else asks for. */
const REMEMBERED_SPAN = 3 * 3_600_000;

/**
 * What happened in each minute that begins in [from, to) (Unix ms) and holds anything, oldest first: what is folded and what still waits, in one consistent
 * state. Minutes are kept for a week; of older ones nothing is said. What is returned is the caller's own.
 *
 * A minute's figures grow for as long as late rows come. Minutes that are over are remembered, so the last hour costs one statement, and one more for each part
 * of the minutes that a fold wrote since: 12 ms for 40 methods, 50 ms after a fold. A day of 40 methods is 57,600 rows, which take 2 s and are not remembered:
 * who wants a week asks for a day at a time or, where others wait, for some hours with a memory of its own.
 */
export function readMinutes(
  pool: pg.Pool,
  memory: RollupMemory,
  from: number,
  to: number,
): Promise<MinuteFigures[]> {
  const remembered = to - from <= REMEMBERED_SPAN ? memory.buckets : new BucketMemory();
  return readInOneState<State, MinuteFigures[]>(
    pool,
    () => stateOf(from, to, memory.pending.known),
    async (state, ask) => {
      const pending = memory.pending.take(state.version, state.waiting);
      if (!pending) return AGAIN;
      // Before anything is awaited: the next question's is not in it.
      const sums = pendingMinutes(pending, Math.max(from, state.minutes_since), to);
      const buckets = state.buckets.map(
        ([start, version]): Bucket => ({ grain: MINUTE, bucket: start * 1_000, version }),
      );
      const [calls, actions] = await Promise.all([
        remembered.rowsOf(ask, minuteCalls, buckets),
        remembered.rowsOf(ask, activity.part, buckets),
      ]);
      for (const [index, { bucket }] of buckets.entries()) {
        const sum = at(sums, bucket, emptyMinute);
        for (const row of calls[index] ?? []) addStoredMethod(sum, row);
        for (const row of actions[index] ?? []) addActions(sum, row);
      }
      return [...sums]
        .sort(([a], [b]) => a - b)
        .map(([start, { services, activity }]) => ({
          at: start,
          services: [...services.values()],
          activity: [...activity.values()],
        }));
    },
  );
}

interface State extends StateRow {
  waiting: WaitingDelta[];
  /** Start in seconds, version. */
  buckets: [start: number, version: number][];
}

const stateOf = (from: number, to: number, known: readonly number[]): NamedQuery => ({
  name: 'rollup state, deltas and minutes',
  text: `
    SELECT ${STATE_COLUMNS},
      ${waitingColumn('$3')},
      (SELECT coalesce(json_agg(json_build_array(extract(epoch FROM held.bucket)::bigint, held.version)), '[]')
       FROM rollup_buckets AS held
       WHERE held.grain = ${MINUTE} AND held.bucket >= greatest($1::timestamptz, rollup_state.minutes_since)
         AND held.bucket < $2::timestamptz) AS buckets
    FROM rollup_state`,
  values: [timeText(from), timeText(to), known],
});

function pendingMinutes(pending: RollupDelta, from: number, to: number): Map<number, MinuteSum> {
  const sums = new Map<number, MinuteSum>();
  for (const [minute, bucket] of pending.minutes) {
    const start = minute * 60_000;
    if (start >= from && start < to) addPending(at(sums, start, emptyMinute), bucket);
  }
  return sums;
}
