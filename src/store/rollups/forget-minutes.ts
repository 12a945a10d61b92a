import type pg from 'pg';
import { inTransaction } from '../in-transaction.js';
import { timeText } from '../upsert.js';
import { bucketOf, HOUR, MINUTE, MINUTES_KEPT, TEN_MINUTES } from './grains.js';

const tables = [
  'service_rollups',
  'activity_rollups',
  'user_rollups',
  'error_rollups',
  'rollup_buckets',
] as const;

/**
 * Forgets the minutes that are older than a week, whole hours at a time; their hours and days stay. A day's minutes are some 60,000 narrow rows, so
 * they are deleted rather than kept in partitions. `minutes_since` moves in the same transaction, so that no question counts on what is gone.
 */
export function forgetMinutes(pool: pg.Pool, now: number): Promise<number> {
  const since = timeText(bucketOf(HOUR, now - MINUTES_KEPT));
  return inTransaction(pool, async (client) => {
    await client.query(
      'UPDATE rollup_state SET minutes_since = $1, version = version + 1 WHERE minutes_since < $1',
      [since],
    );
    let gone = 0;
    for (const table of tables) {
      const { rowCount } = await client.query(
        `DELETE FROM ${table} WHERE grain = ANY($1::int[]) AND bucket < $2`,
        [[MINUTE, TEN_MINUTES], since],
      );
      gone += rowCount ?? 0;
    }
    return gone;
  });
}
