import { mergeOrderDelta } from '../orders/merge-order-delta.js';
import type { OrderDelta } from '../orders/order-delta.js';
import type { CountedAction, CountedCall, PendingRow } from '../pending-row.js';
import { timeOfUuidV7 } from '../uuid-v7.js';
import { LatencySketch, LONGEST_MS } from './latency-sketch.js';
import { normaliseMessage } from './normalise-message.js';

/** Calls of one method, or of a whole service. Times in ms. */
export interface CallStats {
  calls: number;
  failures: number;
  sum: number;
  min: number;
  max: number;
  sketch: LatencySketch;
}

/** Actions that said no time, and so are no calls: they are in no average and no percentile. */
export interface UntimedStats {
  untimed: number;
  untimed_failures: number;
}

export interface ActivityStats {
  actions: number;
  failures: number;
}

export interface UserStats extends ActivityStats {
  /** Unix ms of the last action. */
  last_at: number;
}

export interface ErrorStats {
  service_name: string;
  method_name: string;
  message: string;
  failures: number;
  /** The newest action that shows it. */
  last_id: string;
}

/** What the rows of one bucket add to the rollups. */
export interface BucketDelta {
  /** By service, then method. */
  services: Map<string, Map<string, CallStats>>;
  /** By service, then method; apart from the calls, so that who asks for calls need not leave these out. */
  untimed: Map<string, Map<string, UntimedStats>>;
  /** By user type, then action type. */
  activity: Map<string, Map<string, ActivityStats>>;
  /** By user type, then user id. */
  users: Map<string, Map<string, UserStats>>;
  /** By service, method and message, joined. */
  errors: Map<string, ErrorStats>;
  /** Actions by service, then method; with or without a time of the call. */
  methods: Map<string, Map<string, number>>;
}

/** `user_type` where an action said none. */
export const UNKNOWN_TYPE = 'unknown';

const MINUTE_MS = 60_000;

export const emptyBucket = (): BucketDelta => ({
  services: new Map(),
  untimed: new Map(),
  activity: new Map(),
  users: new Map(),
  errors: new Map(),
  methods: new Map(),
});

/** The value of a key, made where there is none. */
export function at<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

export const noCalls = (): CallStats => ({
  calls: 0,
  failures: 0,
  sum: 0,
  min: Number.POSITIVE_INFINITY,
  max: 0,
  sketch: new LatencySketch(),
});

export const noUntimed = (): UntimedStats => ({ untimed: 0, untimed_failures: 0 });

const noIds: ReadonlySet<string> = new Set();

/**
 * What some rows add to the rollups, by minute: a flush's while it is written, or many flushes' together while they are folded or read. Adding
 * and merging commute, so it does not matter how rows were cut into flushes, nor in which order those came.
 */
export class RollupDelta {
  /** By minute: Unix ms / 60,000. */
  readonly minutes = new Map<number, BucketDelta>();
  orders: OrderDelta | undefined;

  /** Counts rows that were new; `knownCalls` are ids of actions whose call was counted before, as a metric's. */
  static of(rows: readonly PendingRow[], knownCalls = noIds): RollupDelta {
    const delta = new RollupDelta();
    for (const row of rows) delta.#add(row, knownCalls.has(row.id));
    return delta;
  }

  get isEmpty(): boolean {
    return this.minutes.size === 0 && this.orders === undefined;
  }

  /** Counts an action, but not the call that one with a time is too. */
  addAction(id: string, time: number, action: CountedAction): void {
    const bucket = this.#bucketAt(time);
    const userType = action.user_type ?? UNKNOWN_TYPE;
    const failures = action.success ? 0 : 1;
    const activity = at(
      at(bucket.activity, userType, () => new Map<string, ActivityStats>()),
      action.action_type,
      () => ({ actions: 0, failures: 0 }),
    );
    activity.actions += 1;
    activity.failures += failures;
    const user = at(
      at(bucket.users, userType, () => new Map<string, UserStats>()),
      action.user_id,
      noActions,
    );
    user.actions += 1;
    user.failures += failures;
    if (time > user.last_at) user.last_at = time;
    const { service_name, method_name } = action;
    addMethod(bucket, service_name, method_name, 1);
    if (!action.success) {
      const message = normaliseMessage(action.error_message);
      addError(bucket, { service_name, method_name, message, failures: 1, last_id: id });
    }
    if (action.execution_time === undefined)
      addUntimed(bucket, service_name, method_name, { untimed: 1, untimed_failures: failures });
  }

  addCall(time: number, { service_name, method_name, execution_time, success }: CountedCall): void {
    const methods = at(this.#bucketAt(time).services, service_name, () => new Map<string, CallStats>());
    const stats = at(methods, method_name, noCalls);
    // Two calls of 1e308 ms, which are numbers as good as any, would make the sum infinite, and that is no JSON.
    const ms = Math.min(execution_time, LONGEST_MS);
    stats.calls += 1;
    if (!success) stats.failures += 1;
    stats.sum += ms;
    if (ms < stats.min) stats.min = ms;
    if (ms > stats.max) stats.max = ms;
    stats.sketch.add(ms);
  }

  addOrders(orders: OrderDelta): void {
    this.orders ??= {};
    mergeOrderDelta(this.orders, orders);
  }

  merge(other: RollupDelta): void {
    for (const [minute, bucket] of other.minutes) mergeBucket(at(this.minutes, minute, emptyBucket), bucket);
    if (other.orders) this.addOrders(other.orders);
  }

  #add({ id, action, call }: PendingRow, isKnownCall: boolean): void {
    const time = timeOfUuidV7(id);
    if (action) this.addAction(id, time, action);
    if (action?.execution_time !== undefined && !isKnownCall) this.addCall(time, action as CountedCall);
    if (call) this.addCall(time, call);
  }

  #bucketAt(time: number): BucketDelta {
    return at(this.minutes, Math.floor(time / MINUTE_MS), emptyBucket);
  }
}

/** Adds one bucket to another, of the same grain or a coarser one. */
export function mergeBucket(into: BucketDelta, from: BucketDelta): void {
  for (const [service, methods] of from.services) {
    const held = at(into.services, service, () => new Map<string, CallStats>());
    for (const [method, stats] of methods) mergeCalls(at(held, method, noCalls), stats);
  }
  for (const [service, methods] of from.untimed) {
    for (const [method, stats] of methods) addUntimed(into, service, method, stats);
  }
  for (const [userType, types] of from.activity) {
    const held = at(into.activity, userType, () => new Map<string, ActivityStats>());
    for (const [actionType, { actions, failures }] of types) {
      const activity = at(held, actionType, () => ({ actions: 0, failures: 0 }));
      activity.actions += actions;
      activity.failures += failures;
    }
  }
  for (const [userType, users] of from.users) {
    const held = at(into.users, userType, () => new Map<string, UserStats>());
    for (const [userId, stats] of users) mergeUser(at(held, userId, noActions), stats);
  }
  for (const error of from.errors.values()) addError(into, error);
  for (const [service, methods] of from.methods) {
    for (const [method, actions] of methods) addMethod(into, service, method, actions);
  }
}

export function addMethod({ methods }: BucketDelta, service: string, method: string, actions: number): void {
  const ofService = at(methods, service, () => new Map<string, number>());
  ofService.set(method, (ofService.get(method) ?? 0) + actions);
}

export function addUntimed(
  { untimed }: BucketDelta,
  service: string,
  method: string,
  stats: UntimedStats,
): void {
  const ofService = at(untimed, service, () => new Map<string, UntimedStats>());
  mergeUntimed(at(ofService, method, noUntimed), stats);
}

export function mergeUntimed(into: UntimedStats, from: UntimedStats): void {
  into.untimed += from.untimed;
  into.untimed_failures += from.untimed_failures;
}

export const noActions = (): UserStats => ({ actions: 0, failures: 0, last_at: 0 });

export function mergeUser(into: UserStats, from: UserStats): void {
  into.actions += from.actions;
  into.failures += from.failures;
  if (from.last_at > into.last_at) into.last_at = from.last_at;
}

export function mergeCalls(into: CallStats, from: CallStats): void {
  into.calls += from.calls;
  into.failures += from.failures;
  into.sum += from.sum;
  into.min = Math.min(into.min, from.min);
  into.max = Math.max(into.max, from.max);
  into.sketch.merge(from.sketch);
}

export function addError(bucket: BucketDelta, error: ErrorStats): void {
  const key = `${error.service_name}\0${error.method_name}\0${error.message}`;
  const held = bucket.errors.get(key);
  if (!held) bucket.errors.set(key, { ...error });
  else {
    held.failures += error.failures;
    if (error.last_id > held.last_id) held.last_id = error.last_id;
  }
}
