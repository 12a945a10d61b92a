import type pg from 'pg';
import { timeText } from '../upsert.js';
import { aggregate, type RollupRows } from './aggregate.js';
import { compareRollups, type Difference } from './compare-rollups.js';
import { countRawRows } from './count-raw-rows.js';
import { foldLocked, nextVersion } from './fold-deltas.js';
import {
  bucketOf,
  DAY,
  type Grain,
  HOUR,
  MINUTE,
  MINUTES_KEPT,
  QUARTER,
  type Span,
  TEN_MINUTES,
  WEEK,
} from './grains.js';
import { at, emptyBucket, mergeBucket, RollupDelta } from './rollup-delta.js';
import {
  activityRollups,
  errorRollups,
  methodDays,
  rollupBuckets,
  serviceRollups,
  userDays,
  userRollups,
} from './rollup-tables.js';
import { sumDays } from './sum-days.js';
import { writeRollups } from './write-rollups.js';

export interface RebuiltDay {
  /** Unix ms of its UTC midnight. */
  day: number;
  /** Raw rows counted. */
  rows: number;
  differences: Difference[];
}

export interface RebuildOptions {
  /** False: only says what differs. */
  write: boolean;
  now: number;
}

const HOUR_MS = HOUR * 1_000;
const QUARTER_MS = QUARTER * 1_000;
const DAY_MS = DAY * 1_000;
const WEEK_MS = WEEK * 1_000;

/**
 * Computes one UTC day of the rollups anew from the raw rows, says what differed, and (with `write`) puts it right. The service may go on
 * meanwhile: the whole is one snapshot, in which what waits is folded first, and folds of others wait for the lock. The client must be
 * its own: it holds a session lock. A day without raw rows (forgotten by retention) is left as it is.
 */
export async function rebuildDay(
  client: pg.ClientBase,
  day: number,
  { write, now }: RebuildOptions,
): Promise<RebuiltDay> {
  await client.query(`SELECT pg_advisory_lock(hashtext('foodieexpress-rollups'))`);
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    while (await foldLocked(client));
    const result = await rebuildInSnapshot(client, day, { write, now });
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    await client.query(`SELECT pg_advisory_unlock(hashtext('foodieexpress-rollups'))`);
  }
}

async function rebuildInSnapshot(
  client: pg.ClientBase,
  day: number,
  { write, now }: RebuildOptions,
): Promise<RebuiltDay> {
  const minutesFrom = bucketOf(HOUR, now - MINUTES_KEPT);
  const span = { from: day, to: day + DAY_MS };
  let rows = 0;
  const wholeDay = new RollupDelta();
  const differences: Difference[] = [];
  const parts: Part[] = [];
  for (let start = span.from; start < span.to; start += QUARTER_MS) {
    const quarter = new RollupDelta();
    // An hour at a time: a busy day's minutes together would take gigabytes.
    for (let hour = start; hour < start + QUARTER_MS; hour += HOUR_MS) {
      const part = { from: hour, to: hour + HOUR_MS };
      const delta = await countRawRows(client, part, (count) => {
        rows += count;
      });
      const grains: Grain[] = hour >= minutesFrom ? [MINUTE, TEN_MINUTES, HOUR] : [HOUR];
      parts.push({ span: part, grains, rows: aggregate(delta, grains) });
      addAll(quarter, start, delta);
    }
    const part = { from: start, to: start + QUARTER_MS };
    parts.push({ span: part, grains: [QUARTER], rows: aggregate(quarter, [QUARTER]) });
    addAll(wholeDay, day, quarter);
  }
  if (rows === 0) return { day, rows, differences };
  parts.push({ span, grains: [DAY], rows: aggregate(wholeDay, [DAY]) });
  const version = write ? await nextVersion(client) : 0;
  const mend = async (part: Part): Promise<void> => {
    const found = await compareRollups(client, part.span, part.grains, part.rows);
    for (const difference of found) addDifference(differences, difference);
    if (write && found.length > 0) await replace(client, part, version);
  };
  for (const part of parts) await mend(part);
  // The week is the sum of its days, of which this one is right now; a wrong day's says nothing about the week.
  if (write || differences.length === 0) {
    const from = bucketOf(WEEK, day);
    await mend({ span: { from, to: from + WEEK_MS }, grains: [WEEK], rows: await sumDays(client, from) });
  }
  return { day, rows, differences };
}

/** Adds all of a delta to one bucket of another, which begins at `start` (Unix ms). */
function addAll(into: RollupDelta, start: number, from: RollupDelta): void {
  for (const bucket of from.minutes.values())
    mergeBucket(at(into.minutes, start / 60_000, emptyBucket), bucket);
}

/** One span of some grains, and what stands there when all is right. */
interface Part {
  span: Span;
  grains: readonly Grain[];
  rows: RollupRows;
}

async function replace(client: pg.ClientBase, { span, grains, rows }: Part, version: number): Promise<void> {
  const bounds = [timeText(span.from), timeText(span.to)];
  for (const { table } of [serviceRollups, activityRollups, userRollups, errorRollups, rollupBuckets]) {
    await client.query(`DELETE FROM ${table} WHERE grain = ANY($1::int[]) AND bucket >= $2 AND bucket < $3`, [
      grains,
      ...bounds,
    ]);
  }
  if (grains.includes(DAY)) {
    for (const { table } of [userDays, methodDays]) {
      await client.query(
        `DELETE FROM ${table} WHERE day >= $1::timestamptz AT TIME ZONE 'UTC' AND day < $2::timestamptz AT TIME ZONE 'UTC'`,
        bounds,
      );
    }
  }
  await writeRollups(client, rows, version);
}

function addDifference(sum: Difference[], difference: Difference): void {
  const held = sum.find(({ table }) => table === difference.table);
  if (!held) sum.push({ ...difference });
  else {
    held.missing += difference.missing;
    held.surplus += difference.surplus;
    held.wrong += difference.wrong;
  }
}
