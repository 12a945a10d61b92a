import type pg from 'pg';
import { timeText } from '../upsert.js';
import { nothing, type RollupRows } from './aggregate.js';
import { DistinctSet } from './distinct-set.js';
import { DAY, WEEK } from './grains.js';
import { type ActivityStats, at, type ErrorStats, mergeUntimed, type UntimedStats } from './rollup-delta.js';
import { addStoredCalls, type StoredCalls } from './stored-rollups.js';

/** A week of the rollups, as the sum of its stored days. `week` is its start in Unix ms. */
export async function sumDays(client: pg.ClientBase, week: number): Promise<RollupRows> {
  const key = { grain: WEEK, bucket: week } as const;
  const bounds = [DAY, timeText(week), timeText(week + WEEK * 1_000)];
  const days = async <Row>(columns: string, rest: string): Promise<Row[]> =>
    (await client.query(`SELECT ${columns} FROM ${rest.replace('#days', IN_WEEK)}`, bounds)).rows as Row[];

  const services = new Map<string, RollupRows['services'][number]>();
  for (const row of await days<StoredCalls & UntimedStats & { service_name: string; method_name: string }>(
    `service_name, method_name, calls::float8 AS calls, failures::float8 AS failures, time_sum, time_min, time_max, sketch,
     untimed::float8 AS untimed, untimed_failures::float8 AS untimed_failures`,
    'service_rollups WHERE #days ORDER BY bucket',
  )) {
    const { service_name, method_name } = row;
    const sum = at(services, `${service_name}\0${method_name}`, () => ({
      ...key,
      service_name,
      method_name,
      ...nothing(),
    }));
    addStoredCalls(sum, row);
    mergeUntimed(sum, row);
  }
  const activity = await days<ActivityStats & { user_type: string; action_type: string }>(
    `user_type, action_type, sum(actions)::float8 AS actions, sum(failures)::float8 AS failures`,
    'activity_rollups WHERE #days GROUP BY user_type, action_type',
  );
  const users = new Map<string, DistinctSet>();
  for (const row of await days<{ user_type: string; user_set: Buffer }>(
    'user_type, user_set',
    'user_rollups WHERE #days',
  ))
    at(users, row.user_type, () => new DistinctSet()).addBytes(row.user_set);
  const errors = await days<ErrorStats>(
    'service_name, method_name, message, sum(failures)::float8 AS failures, max(last_id::text) AS last_id',
    'error_rollups JOIN error_kinds USING (kind) WHERE #days GROUP BY service_name, method_name, message',
  );
  return {
    buckets: services.size + activity.length > 0 ? [key] : [],
    services: [...services.values()],
    activity: activity.map((row) => ({ ...key, ...row })),
    users: [...users].map(([user_type, set]) => ({ ...key, user_type, set })),
    errors: errors.map((row) => ({ ...key, ...row })),
    userDays: [],
    methodDays: [],
  };
}

const IN_WEEK = 'grain = $1 AND bucket >= $2 AND bucket < $3';
