import type { OrderDelta } from '../orders/order-delta.js';
import { LatencySketch } from './latency-sketch.js';
import { addError, at, type BucketDelta, emptyBucket, RollupDelta } from './rollup-delta.js';

/** A delta as rollup_deltas keeps it: tuples, since most flushes hold a few rows and names would be most of the text. */
interface DeltaJson {
  minutes: BucketJson[];
  orders?: OrderDelta;
}

interface BucketJson {
  minute: number;
  last_at: number;
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
    last_at: bucket.last_at,
    services: [],
    activity: [],
    users: [],
    errors: [],
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
  return json;
}

export function readDelta(value: unknown): RollupDelta {
  const { minutes, orders } = value as DeltaJson;
  const delta = new RollupDelta();
  for (const json of minutes) delta.minutes.set(json.minute, bucketOf(json));
  delta.orders = orders;
  return delta;
}

function bucketOf(json: BucketJson): BucketDelta {
  const bucket = emptyBucket();
  bucket.last_at = json.last_at;
  for (const [service, method, calls, failures, sum, min, max, bins] of json.services) {
    const stats = { calls, failures, sum, min, max, sketch: LatencySketch.fromJSON(bins) };
    at(bucket.services, service, () => new Map()).set(method, stats);
  }
  for (const [userType, actionType, actions, failures] of json.activity)
    at(bucket.activity, userType, () => new Map()).set(actionType, { actions, failures });
  for (const [userType, userId, actions, failures, last_at] of json.users)
    at(bucket.users, userType, () => new Map()).set(userId, { actions, failures, last_at });
  for (const [service_name, method_name, message, failures, last_id] of json.errors)
    addError(bucket, { service_name, method_name, message, failures, last_id });
  return bucket;
}
