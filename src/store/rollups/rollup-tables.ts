import { timeText, type Upsertable } from '../upsert.js';
import type {
  ActivityRow,
  BucketKey,
  ErrorRow,
  MethodDayRow,
  ServiceRow,
  UserDayRow,
  UserSetRow,
} from './aggregate.js';

const bucketColumns = [
  ['grain', 'int', (row: BucketKey) => row.grain],
  ['bucket', 'timestamptz', (row: BucketKey) => timeText(row.bucket)],
] as const;

const dayText = (unixMs: number): string => timeText(unixMs).slice(0, 10);

/** Every bucket that holds anything, and the fold that wrote it last: how a process knows that what it remembers of it is so still. */
export const rollupBuckets: Upsertable<BucketKey & { version: number }> = {
  table: 'rollup_buckets',
  columns: [...bucketColumns, ['version', 'bigint', (row) => row.version]],
  key: ['grain', 'bucket'],
  update: { version: 'EXCLUDED.version' },
};

/**
 * Added up in Node, since sketches are: what comes is the whole of the bucket, and takes the place of what was there. A row without calls has
 * `time_min` infinite, `time_max` 0 and an empty sketch, to which any call may be added.
 */
export const serviceRollups: Upsertable<ServiceRow> = {
  table: 'service_rollups',
  columns: [
    ...bucketColumns,
    ['service_name', 'text', (row) => row.service_name],
    ['method_name', 'text', (row) => row.method_name],
    ['calls', 'bigint', (row) => row.calls],
    ['failures', 'bigint', (row) => row.failures],
    ['time_sum', 'float8', (row) => row.sum],
    ['time_min', 'float8', (row) => row.min],
    ['time_max', 'float8', (row) => row.max],
    ['sketch', 'bytea', (row) => row.sketch.toBytes()],
    ['untimed', 'bigint', (row) => row.untimed],
    ['untimed_failures', 'bigint', (row) => row.untimed_failures],
  ],
  key: ['grain', 'bucket', 'service_name', 'method_name'],
  update: {
    calls: 'EXCLUDED.calls',
    failures: 'EXCLUDED.failures',
    time_sum: 'EXCLUDED.time_sum',
    time_min: 'EXCLUDED.time_min',
    time_max: 'EXCLUDED.time_max',
    sketch: 'EXCLUDED.sketch',
    untimed: 'EXCLUDED.untimed',
    untimed_failures: 'EXCLUDED.untimed_failures',
  },
};

export const activityRollups: Upsertable<ActivityRow> = {
  table: 'activity_rollups',
  columns: [
    ...bucketColumns,
    ['user_type', 'text', (row) => row.user_type],
    ['action_type', 'text', (row) => row.action_type],
    ['actions', 'bigint', (row) => row.actions],
    ['failures', 'bigint', (row) => row.failures],
  ],
  key: ['grain', 'bucket', 'user_type', 'action_type'],
  update: {
    actions: 'activity_rollups.actions + EXCLUDED.actions',
    failures: 'activity_rollups.failures + EXCLUDED.failures',
  },
};

/** United in Node, like the sketches. */
export const userRollups: Upsertable<UserSetRow> = {
  table: 'user_rollups',
  columns: [
    ...bucketColumns,
    ['user_type', 'text', (row) => row.user_type],
    ['users', 'int', (row) => row.set.count],
    ['user_set', 'bytea', (row) => row.set.toBytes()],
  ],
  key: ['grain', 'bucket', 'user_type'],
  update: { users: 'EXCLUDED.users', user_set: 'EXCLUDED.user_set' },
};

/** Of a row with the number of its kind. */
export const errorRollups: Upsertable<ErrorRow & { kind: number }> = {
  table: 'error_rollups',
  columns: [
    ...bucketColumns,
    ['kind', 'int', (row) => row.kind],
    ['failures', 'bigint', (row) => row.failures],
    ['last_id', 'uuid', (row) => row.last_id],
  ],
  key: ['grain', 'bucket', 'kind'],
  update: {
    failures: 'error_rollups.failures + EXCLUDED.failures',
    last_id: 'GREATEST(error_rollups.last_id, EXCLUDED.last_id)',
  },
};

export const userDays: Upsertable<UserDayRow> = {
  table: 'user_days',
  columns: [
    ['user_id', 'text', (row) => row.user_id],
    ['day', 'date', (row) => dayText(row.day)],
    ['user_type', 'text', (row) => row.user_type],
    ['actions', 'int', (row) => row.actions],
    ['failures', 'int', (row) => row.failures],
    ['last_at', 'timestamptz', (row) => timeText(row.last_at)],
  ],
  key: ['user_id', 'day'],
  update: {
    actions: 'user_days.actions + EXCLUDED.actions',
    failures: 'user_days.failures + EXCLUDED.failures',
    user_type:
      'CASE WHEN EXCLUDED.last_at >= user_days.last_at THEN EXCLUDED.user_type ELSE user_days.user_type END',
    last_at: 'GREATEST(user_days.last_at, EXCLUDED.last_at)',
  },
};

export const methodDays: Upsertable<MethodDayRow> = {
  table: 'method_days',
  columns: [
    ['service_name', 'text', (row) => row.service_name],
    ['method_name', 'text', (row) => row.method_name],
    ['day', 'date', (row) => dayText(row.day)],
    ['actions', 'int', (row) => row.actions],
  ],
  key: ['service_name', 'method_name', 'day'],
  update: { actions: 'method_days.actions + EXCLUDED.actions' },
};
