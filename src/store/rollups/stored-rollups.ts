import type pg from 'pg';
import { timeText } from '../upsert.js';
import type { BucketKey, ServiceRow, UserSetRow } from './aggregate.js';
import { DistinctSet } from './distinct-set.js';
import type { Grain } from './grains.js';
import { type CallStats, mergeUntimed, type UntimedStats } from './rollup-delta.js';

/** Rows as they are to be stored: what comes, and what of the same keys is there already. */
export async function withStoredServices(
  client: pg.ClientBase,
  added: readonly ServiceRow[],
): Promise<ServiceRow[]> {
  if (added.length === 0) return [];
  const { rows } = await client.query<StoredService>({
    name: 'stored service rollups',
    text: `
      SELECT stored.grain, extract(epoch FROM stored.bucket)::float8 * 1000 AS bucket, stored.service_name,
             stored.method_name, stored.calls::float8 AS calls, stored.failures::float8 AS failures, stored.time_sum,
             stored.time_min, stored.time_max, stored.sketch, stored.untimed::float8 AS untimed,
             stored.untimed_failures::float8 AS untimed_failures
      FROM unnest($1::int[], $2::timestamptz[], $3::text[], $4::text[]) AS wanted (grain, bucket, service_name, method_name)
      JOIN service_rollups AS stored USING (grain, bucket, service_name, method_name)`,
    values: [
      ...bucketArrays(added),
      added.map((row) => row.service_name),
      added.map((row) => row.method_name),
    ],
  });
  const keyOf = (row: BucketKey & { service_name: string; method_name: string }) =>
    `${row.grain}\0${row.bucket}\0${row.service_name}\0${row.method_name}`;
  const stored = new Map(rows.map((row) => [keyOf(row), row]));
  return added.map((row) => {
    const held = stored.get(keyOf(row));
    if (!held) return row;
    const sum = { ...row };
    addStoredCalls(sum, held);
    mergeUntimed(sum, held);
    return sum;
  });
}

/** The figures of a row of service_rollups, times in ms. */
export interface StoredCalls {
  calls: number;
  failures: number;
  time_sum: number;
  time_min: number;
  time_max: number;
  sketch: Buffer;
}

/** Adds a row of service_rollups to a sum. */
export function addStoredCalls(sum: CallStats, row: StoredCalls): void {
  sum.calls += row.calls;
  sum.failures += row.failures;
  sum.sum += row.time_sum;
  sum.min = Math.min(sum.min, row.time_min);
  sum.max = Math.max(sum.max, row.time_max);
  sum.sketch.mergeBytes(row.sketch);
}

interface StoredService extends StoredCalls, UntimedStats {
  grain: Grain;
  bucket: number;
  service_name: string;
  method_name: string;
}

/** Sets as they are to be stored; those to which nothing was new are left out, since writing one anew takes up to 60 kB. */
export async function withStoredUsers(
  client: pg.ClientBase,
  added: readonly UserSetRow[],
): Promise<UserSetRow[]> {
  if (added.length === 0) return [];
  const { rows } = await client.query<BucketKey & { user_type: string; user_set: Buffer }>({
    name: 'stored user rollups',
    text: `
      SELECT stored.grain, extract(epoch FROM stored.bucket)::float8 * 1000 AS bucket, stored.user_type, stored.user_set
      FROM unnest($1::int[], $2::timestamptz[], $3::text[]) AS wanted (grain, bucket, user_type)
      JOIN user_rollups AS stored USING (grain, bucket, user_type)`,
    values: [...bucketArrays(added), added.map((row) => row.user_type)],
  });
  const keyOf = (row: BucketKey & { user_type: string }) => `${row.grain}\0${row.bucket}\0${row.user_type}`;
  const stored = new Map(rows.map((row) => [keyOf(row), row.user_set]));
  return added.flatMap((row) => {
    const bytes = stored.get(keyOf(row));
    if (!bytes) return [row];
    const set = DistinctSet.fromBytes(bytes);
    return set.addBytes(row.set.toBytes()) ? [{ ...row, set }] : [];
  });
}

const bucketArrays = (rows: readonly BucketKey[]): [grains: number[], buckets: string[]] => [
  rows.map((row) => row.grain),
  rows.map((row) => timeText(row.bucket)),
];
