import type { Summation } from './bucket-memory.js';
import { DistinctSet } from './distinct-set.js';
import { type ActivityStats, at, type CallStats, type ErrorStats, noCalls } from './rollup-delta.js';
import { addStoredCalls, type StoredCalls } from './stored-rollups.js';

interface NamedCalls extends StoredCalls {
  name: string;
}

const CALLS = 'calls::float8 AS calls, failures::float8 AS failures, time_sum, time_min, time_max, sketch';

/** Calls by service. One whose actions all came without a time has none, and is left out. */
export const serviceCalls: Summation<NamedCalls, Map<string, CallStats>> = {
  part: {
    name: 'service calls',
    versions: 'rollup_buckets',
    table: 'service_rollups',
    columns: `service_name AS name, ${CALLS}`,
    where: `method_name = '' AND service_name <> '' AND calls > 0`,
    bytesOf: ({ sketch }) => sketch.length,
  },
  none: () => new Map(),
  add: (sums, row) => addStoredCalls(at(sums, row.name, noCalls), row),
  copy: (sums) => new Map([...sums].map(([name, calls]) => [name, copyOfCalls(calls)])),
};

/** Calls by method, of the service that is the first value. */
export const methodCalls: Summation<NamedCalls, Map<string, CallStats>> = {
  ...serviceCalls,
  part: {
    ...serviceCalls.part,
    name: 'method calls',
    columns: `method_name AS name, ${CALLS}`,
    where: `service_name = $3 AND method_name <> '' AND calls > 0`,
  },
};

export const copyOfCalls = (calls: CallStats): CallStats => ({ ...calls, sketch: calls.sketch.copy() });

/** What was done, by user type and by action type. */
export interface Activity {
  total: ActivityStats;
  userTypes: Map<string, ActivityStats>;
  actionTypes: Map<string, ActivityStats>;
}

/** A row of activity_rollups of the lowest level. */
export interface StoredActivity extends ActivityStats {
  user_type: string;
  action_type: string;
}

const noActivity = (): ActivityStats => ({ actions: 0, failures: 0 });

export const activity: Summation<StoredActivity, Activity> = {
  part: {
    name: 'activity',
    versions: 'rollup_buckets',
    table: 'activity_rollups',
    columns: 'user_type, action_type, actions::float8 AS actions, failures::float8 AS failures',
    where: `action_type <> ''`,
  },
  none: () => ({ total: noActivity(), userTypes: new Map(), actionTypes: new Map() }),
  add(sum, { user_type, action_type, actions, failures }) {
    for (const stats of [
      sum.total,
      at(sum.userTypes, user_type, noActivity),
      at(sum.actionTypes, action_type, noActivity),
    ]) {
      stats.actions += actions;
      stats.failures += failures;
    }
  },
  copy: ({ total, userTypes, actionTypes }) => ({
    total: { ...total },
    userTypes: copyOfStats(userTypes),
    actionTypes: copyOfStats(actionTypes),
  }),
};

const copyOfStats = <Key, Stats extends object>(sums: ReadonlyMap<Key, Stats>): Map<Key, Stats> =>
  new Map([...sums].map(([key, stats]) => [key, { ...stats }]));

/** Failures of one kind. */
export type KindFailures = Pick<ErrorStats, 'failures' | 'last_id'>;

/** Failures by the number of their kind. */
export const failures: Summation<KindFailures & { kind: number }, Map<number, KindFailures>> = {
  part: {
    name: 'failures',
    versions: 'rollup_buckets',
    table: 'error_rollups',
    columns: 'kind, failures::float8 AS failures, last_id::text AS last_id',
    where: 'true',
  },
  none: () => new Map(),
  add(sums, { kind, failures, last_id }) {
    const sum = at(sums, kind, () => ({ failures: 0, last_id }));
    sum.failures += failures;
    if (last_id > sum.last_id) sum.last_id = last_id;
  },
  copy: copyOfStats,
};

interface StoredUsers {
  user_type: string;
  user_set: Buffer;
}

/** The people of every user type; '' is everybody. */
export const users: Summation<StoredUsers, Map<string, DistinctSet>> = {
  part: {
    name: 'user sets',
    versions: 'rollup_buckets',
    table: 'user_rollups',
    columns: 'user_type, user_set',
    where: 'true',
    bytesOf: ({ user_set }) => user_set.length,
  },
  none: () => new Map(),
  add: (sets, { user_type, user_set }) => {
    at(sets, user_type, () => new DistinctSet()).addBytes(user_set);
  },
  copy: (sets) => new Map([...sets].map(([userType, set]) => [userType, set.copy()])),
};

/** The people of the user type that is the first value. */
export const usersOfType: Summation<StoredUsers, DistinctSet> = {
  part: { ...users.part, name: 'user sets of a type', where: 'user_type = $3' },
  none: () => new DistinctSet(),
  add: (set, { user_set }) => {
    set.addBytes(user_set);
  },
  copy: (set) => set.copy(),
};
