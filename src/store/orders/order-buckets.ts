import type pg from 'pg';
import type { Bucket } from '../rollups/bucket-memory.js';
import type { Along } from '../rollups/read-rollups.js';
import { runArrays } from '../rollups/run-arrays.js';
import { timeText, type Upsertable, upsert } from '../upsert.js';
import type { OrderRun } from './order-grains.js';

const table: Upsertable<Bucket> = {
  table: 'order_buckets',
  columns: [
    ['grain', 'int', ({ grain }) => grain],
    ['bucket', 'timestamptz', ({ bucket }) => timeText(bucket)],
    ['version', 'bigint', ({ version }) => version],
  ],
  key: ['grain', 'bucket'],
  update: { version: 'EXCLUDED.version' },
};

/** Notes which fold wrote the buckets of some rows, gone ones included. */
export function writeOrderBuckets(
  client: pg.ClientBase,
  rows: readonly Pick<Bucket, 'grain' | 'bucket'>[],
  version: number,
): Promise<void> {
  const buckets = new Map(
    rows.map(({ grain, bucket }) => [`${grain} ${bucket}`, { grain, bucket, version }]),
  );
  return upsert(client, table, [...buckets.values()]);
}

/** The buckets of some runs that hold anything, as {@link Bucket}. */
export const orderBucketsOf = (runs: readonly OrderRun[]): Along => ({
  name: 'order buckets',
  sql: (bind) => `
    SELECT held.grain, extract(epoch FROM held.bucket)::float8 * 1000 AS bucket, held.version
    FROM unnest(${runArrays(runs)
      .map((array, index) => `${bind(array)}::${index === 0 ? 'int' : 'timestamptz'}[]`)
      .join(', ')}) AS run (grain, starts, ends)
    JOIN order_buckets AS held ON held.grain = run.grain AND held.bucket >= run.starts AND held.bucket < run.ends
    ORDER BY held.grain DESC, held.bucket`,
});
