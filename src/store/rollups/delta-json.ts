import type { OrderDelta } from '../orders/order-delta.js';
import {
  type ActivityStats,
  addError,
  addMethod,
  addUntimed,
  at,
  type BucketDelta,
  type CallStats,
  emptyBucket,
  mergeUser,
  noActions,
  noCalls,
  RollupDelta,
  type UserStats,
} from './rollup-delta.js';

/** A delta as rollup_deltas keeps it: tuples, since most flushes hold a few rows and names would be most of the text. */
interface DeltaJson {
  minutes: BucketJson[];
  orders?: OrderDelta;
}

interface BucketJson {
  minute: number;
  services: [
    service: string,
    method: string,
    calls: number,
    failures: number,
    sum: number,
    min: number,
    max: number,
    sketch: number[],
  ][];
  activity: [userType: string, actionType: string, actions: number, failures: number][];
  users: [userType: string, userId: string, actions: number, failures: number, lastAt: number][];
  errors: [service: string, method: string, message: string, failures: number, lastId: string][];
  methods: [service: string, method: string, actions: number][];
  /** Left out where none is; deltas that were written before there was such a list have none either. */
  untimed?: [service: string, method: string, actions: number, failures: number][];
}

export function writeDelta(delta: RollupDelta): string {
  const json: DeltaJson = {
    minutes: [...delta.minutes].map(([minute, bucket]) => bucketJson(minute, bucket)),
  };
  if (delta.orders) json.orders = delta.orders;
  return JSON.stringify(json);
}

function bucketJson(minute: number, bucket: BucketDelta): BucketJson {
  const json: BucketJson = {
    minute,
    services: [],
    activity: [],
    users: [],
    errors: [],
    methods: [],
  };
  for (const [service, methods] of bucket.services) {
    for (const [method, { calls, failures, sum, min, max, sketch }] of methods)
      json.services.push([service, method, calls, failures, sum, min, max, sketch.toJSON()]);
  }
  for (const [userType, types] of bucket.activity) {
    for (const [actionType, { actions, failures }] of types)
      json.activity.push([userType, actionType, actions, failures]);
  }
  for (const [userType, users] of bucket.users) {
    for (const [userId, { actions, failures, last_at }] of users)
      json.users.push([userType, userId, actions, failures, last_at]);
  }
  for (const { service_name, method_name, message, failures, last_id } of bucket.errors.values())
    json.errors.push([service_name, method_name, message, failures, last_id]);
  for (const [service, methods] of bucket.methods) {
    for (const [method, actions] of methods) json.methods.push([service, method, actions]);
  }
  if (bucket.untimed.size > 0) json.untimed = untimedJson(bucket);
  return json;
}

const untimedJson = ({ untimed }: BucketDelta): NonNullable<BucketJson['untimed']> =>
  [...untimed].flatMap(([service, methods]) =>
    [...methods].map(([method, stats]): [string, string, number, number] => [
      service,
      method,
      stats.untimed,
      stats.untimed_failures,
    ]),
  );

/**
 * Adds a stored delta to a sum. A question adds up to 512 of them, most of a row or two: building each as a delta first, only to merge it, takes five
 * times as long.
 */
export function addStoredDelta(sum: RollupDelta, value: unknown): void {
  const { minutes, orders } = value as DeltaJson;
  for (const json of minutes) addBucket(at(sum.minutes, json.minute, emptyBucket), json);
  if (orders) sum.addOrders(orders);
}

export function readDelta(value: unknown): RollupDelta {
  const delta = new RollupDelta();
  addStoredDelta(delta, value);
  return delta;
}

function addBucket(bucket: BucketDelta, json: BucketJson): void {
  for (const [service, method, calls, failures, sum, min, max, bins] of json.services) {
    const stats = at(
      at(bucket.services, service, () => new Map<string, CallStats>()),
      method,
      noCalls,
    );
    stats.calls += calls;
    stats.failures += failures;
    stats.sum += sum;
    if (min < stats.min) stats.min = min;
    if (max > stats.max) stats.max = max;
    stats.sketch.mergeJSON(bins);
  }
  for (const [userType, actionType, actions, failures] of json.activity) {
    const stats = at(
      at(bucket.activity, userType, () => new Map<string, ActivityStats>()),
      actionType,
      noActivity,
    );
    stats.actions += actions;
    stats.failures += failures;
  }
  for (const [userType, userId, actions, failures, last_at] of json.users)
    mergeUser(
      at(
        at(bucket.users, userType, () => new Map<string, UserStats>()),
        userId,
        noActions,
      ),
      {
        actions,
        failures,
        last_at,
      },
    );
  for (const [service_name, method_name, message, failures, last_id] of json.errors)
    addError(bucket, { service_name, method_name, message, failures, last_id });
  for (const [service, method, actions] of json.methods) addMethod(bucket, service, method, actions);
  for (const [service, method, untimed, untimed_failures] of json.untimed ?? [])
    addUntimed(bucket, service, method, { untimed, untimed_failures });
}

const noActivity = (): ActivityStats => ({ actions: 0, failures: 0 });
