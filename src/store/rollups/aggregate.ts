import { DistinctSet } from './distinct-set.js';
import { bucketOf, DAY, type Grain, grains, MINUTE } from './grains.js';
import { hashText } from './hash-text.js';
import {
  type ActivityStats,
  at,
  type BucketDelta,
  type CallStats,
  type ErrorStats,
  emptyBucket,
  mergeBucket,
  mergeCalls,
  mergeUntimed,
  mergeUser,
  noActions,
  noCalls,
  noUntimed,
  type RollupDelta,
  type UntimedStats,
  type UserStats,
} from './rollup-delta.js';

/** Which bucket a row of a rollup is for: grain in seconds, start in Unix ms. */
export interface BucketKey {
  grain: Grain;
  bucket: number;
}

export interface ServiceRow extends BucketKey, CallStats, UntimedStats {
  service_name: string;
  method_name: string;
}

export interface ActivityRow extends BucketKey, ActivityStats {
  user_type: string;
  action_type: string;
}

export interface UserSetRow extends BucketKey {
  user_type: string;
  set: DistinctSet;
}

export interface ErrorRow extends BucketKey, ErrorStats {}

export interface UserDayRow extends UserStats {
  /** Unix ms of the UTC midnight. */
  day: number;
  user_id: string;
  user_type: string;
}

export interface MethodDayRow {
  /** Unix ms of the UTC midnight. */
  day: number;
  service_name: string;
  method_name: string;
  actions: number;
}

/** The rows of every rollup. */
export interface RollupRows {
  /** Those that hold anything. */
  buckets: BucketKey[];
  services: ServiceRow[];
  activity: ActivityRow[];
  users: UserSetRow[];
  errors: ErrorRow[];
  userDays: UserDayRow[];
  methodDays: MethodDayRow[];
}

/** The name that rows of a total carry. */
export const TOTAL = '';

/** What a delta comes to in each rollup: minutes, the hours and days that they make up, and in each the totals of the levels below. */
export function aggregate(delta: RollupDelta, wanted: readonly Grain[] = grains): RollupRows {
  const rows: RollupRows = {
    buckets: [],
    services: [],
    activity: [],
    users: [],
    errors: [],
    userDays: [],
    methodDays: [],
  };
  for (const grain of wanted) {
    for (const [bucket, held] of bucketsOf(delta, grain)) {
      const key = { grain, bucket };
      if (held.services.size + held.activity.size > 0) rows.buckets.push(key);
      addServices(rows.services, key, held);
      addActivity(rows.activity, key, held);
      addUsers(rows.users, key, held);
      for (const error of held.errors.values()) rows.errors.push({ ...key, ...error });
      if (grain === DAY) {
        addUserDays(rows.userDays, bucket, held);
        addMethodDays(rows.methodDays, bucket, held);
      }
    }
  }
  return rows;
}

/** The rows of parts that have no bucket in common. */
export function joinRows(parts: readonly RollupRows[]): RollupRows {
  return {
    buckets: parts.flatMap(({ buckets }) => buckets),
    services: parts.flatMap(({ services }) => services),
    activity: parts.flatMap(({ activity }) => activity),
    users: parts.flatMap(({ users }) => users),
    errors: parts.flatMap(({ errors }) => errors),
    userDays: parts.flatMap(({ userDays }) => userDays),
    methodDays: parts.flatMap(({ methodDays }) => methodDays),
  };
}

/** The delta's buckets of one grain, by their start in Unix ms. */
function bucketsOf(delta: RollupDelta, grain: Grain): Map<number, BucketDelta> {
  const buckets = new Map<number, BucketDelta>();
  for (const [minute, bucket] of delta.minutes) {
    const start = bucketOf(grain, minute * 60_000);
    if (grain === MINUTE) buckets.set(start, bucket);
    else mergeBucket(at(buckets, start, emptyBucket), bucket);
  }
  return buckets;
}

function addServices(rows: ServiceRow[], key: BucketKey, { services, untimed }: BucketDelta): void {
  if (services.size + untimed.size === 0) return;
  const platform = nothing();
  for (const service_name of keysOf(services, untimed)) {
    const service = nothing();
    const calls = services.get(service_name);
    const others = untimed.get(service_name);
    for (const method_name of keysOf(calls, others)) {
      const stats = {
        ...(calls?.get(method_name) ?? noCalls()),
        ...(others?.get(method_name) ?? noUntimed()),
      };
      mergeCalls(service, stats);
      mergeUntimed(service, stats);
      rows.push({ ...key, service_name, method_name, ...stats });
    }
    mergeCalls(platform, service);
    mergeUntimed(platform, service);
    rows.push({ ...key, service_name, method_name: TOTAL, ...service });
  }
  rows.push({ ...key, service_name: TOTAL, method_name: TOTAL, ...platform });
}

/** What a row of a service, of a method or of the platform begins with. */
export const nothing = (): CallStats & UntimedStats => ({ ...noCalls(), ...noUntimed() });

const keysOf = (...maps: (ReadonlyMap<string, unknown> | undefined)[]): Set<string> =>
  new Set(maps.flatMap((map) => [...(map?.keys() ?? [])]));

function addActivity(rows: ActivityRow[], key: BucketKey, { activity }: BucketDelta): void {
  if (activity.size === 0) return;
  const platform = { actions: 0, failures: 0 };
  const add = (user_type: string, action_type: string, { actions, failures }: ActivityStats) =>
    rows.push({ ...key, user_type, action_type, actions, failures });
  for (const [userType, types] of activity) {
    const ofType = { actions: 0, failures: 0 };
    for (const [actionType, stats] of types) {
      ofType.actions += stats.actions;
      ofType.failures += stats.failures;
      add(userType, actionType, stats);
    }
    platform.actions += ofType.actions;
    platform.failures += ofType.failures;
    add(userType, TOTAL, ofType);
  }
  add(TOTAL, TOTAL, platform);
}

function addUsers(rows: UserSetRow[], key: BucketKey, { users }: BucketDelta): void {
  if (users.size === 0) return;
  const everybody = new DistinctSet();
  for (const [user_type, ofType] of users) {
    const set = new DistinctSet();
    for (const userId of ofType.keys()) {
      const hash = hashText(userId);
      set.add(hash);
      everybody.add(hash);
    }
    rows.push({ ...key, user_type, set });
  }
  rows.push({ ...key, user_type: TOTAL, set: everybody });
}

function addUserDays(rows: UserDayRow[], day: number, { users }: BucketDelta): void {
  const byUser = new Map<string, UserDayRow>();
  for (const [userType, ofType] of users) {
    for (const [user_id, stats] of ofType) {
      const row = at(byUser, user_id, () => ({ day, user_id, user_type: userType, ...noActions() }));
      if (stats.last_at >= row.last_at) row.user_type = userType;
      mergeUser(row, stats);
    }
  }
  rows.push(...byUser.values());
}

function addMethodDays(rows: MethodDayRow[], day: number, { methods }: BucketDelta): void {
  for (const [service_name, ofService] of methods) {
    for (const [method_name, actions] of ofService) rows.push({ day, service_name, method_name, actions });
  }
}
