import type pg from 'pg';
import { upsert } from '../upsert.js';
import type { RollupRows } from './aggregate.js';
import {
  activityRollups,
  errorRollups,
  methodDays,
  rollupBuckets,
  serviceRollups,
  userDays,
  userRollups,
} from './rollup-tables.js';
import { withKinds } from './with-kinds.js';

/**
 * Writes rows of every rollup, and with which fold their buckets were written. Calls and sets of people take the place of what is stored, all else is added
 * to it. For who holds the fold's lock.
 */
export async function writeRollups(client: pg.ClientBase, rows: RollupRows, version: number): Promise<void> {
  await upsert(client, serviceRollups, rows.services);
  await upsert(client, activityRollups, rows.activity);
  await upsert(client, userRollups, rows.users);
  await upsert(client, errorRollups, await withKinds(client, rows.errors));
  await upsert(client, userDays, rows.userDays);
  await upsert(client, methodDays, rows.methodDays);
  await upsert(
    client,
    rollupBuckets,
    rows.buckets.map((bucket) => ({ ...bucket, version })),
  );
}
