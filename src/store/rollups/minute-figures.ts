import type { BucketPart } from './bucket-memory.js';
import type { StoredActivity } from './bucket-parts.js';
import { LatencySketch } from './latency-sketch.js';
import { type ActivityStats, at, type BucketDelta, mergeUntimed, type UntimedStats } from './rollup-delta.js';

/** What one method did in a minute. */
export interface MethodFigures extends UntimedStats {
  service_name: string;
  method_name: string;
  /** Actions and metrics that say how long they took; 0 where all that there is came without a time. */
  calls: number;
  failures: number;
  /** Milliseconds of all calls. */
  time_sum: number;
  sketch: LatencySketch;
}

/** How often people of one type did one thing in a minute. */
export interface ActionFigures extends ActivityStats {
  user_type: string;
  action_type: string;
}

export interface MinuteFigures {
  /** Unix ms of its start. */
  at: number;
  services: MethodFigures[];
  activity: ActionFigures[];
}

/** A row of service_rollups of the lowest level. */
type StoredMethod = Omit<MethodFigures, 'sketch'> & { sketch: Buffer };

/** Calls, and actions without a time, of every method. */
export const minuteCalls: BucketPart<StoredMethod> = {
  name: 'minute calls',
  versions: 'rollup_buckets',
  table: 'service_rollups',
  columns: `service_name, method_name, calls::float8 AS calls, failures::float8 AS failures, untimed::float8 AS untimed,
            untimed_failures::float8 AS untimed_failures, time_sum, sketch`,
  where: `method_name <> ''`,
  bytesOf: ({ sketch }) => sketch.length,
};

/** A minute while it is added up, by names joined. */
export interface MinuteSum {
  services: Map<string, MethodFigures>;
  activity: Map<string, ActionFigures>;
}

export const emptyMinute = (): MinuteSum => ({ services: new Map(), activity: new Map() });

/** Adds what waits to be folded. */
export function addPending(sum: MinuteSum, bucket: BucketDelta): void {
  for (const [service, methods] of bucket.services) {
    for (const [method, { calls, failures, sum: time, sketch }] of methods) {
      const figures = methodOf(sum, service, method);
      figures.calls += calls;
      figures.failures += failures;
      figures.time_sum += time;
      figures.sketch.merge(sketch);
    }
  }
  for (const [service, methods] of bucket.untimed) {
    for (const [method, stats] of methods) mergeUntimed(methodOf(sum, service, method), stats);
  }
  for (const [user_type, types] of bucket.activity) {
    for (const [action_type, stats] of types) addActions(sum, { user_type, action_type, ...stats });
  }
}

export function addStoredMethod(sum: MinuteSum, row: StoredMethod): void {
  const figures = methodOf(sum, row.service_name, row.method_name);
  figures.calls += row.calls;
  figures.failures += row.failures;
  mergeUntimed(figures, row);
  figures.time_sum += row.time_sum;
  figures.sketch.mergeBytes(row.sketch);
}

export function addActions(
  sum: MinuteSum,
  { user_type, action_type, actions, failures }: StoredActivity,
): void {
  const figures = at(sum.activity, `${user_type}\0${action_type}`, () => ({
    user_type,
    action_type,
    actions: 0,
    failures: 0,
  }));
  figures.actions += actions;
  figures.failures += failures;
}

const methodOf = ({ services }: MinuteSum, service_name: string, method_name: string): MethodFigures =>
  at(services, `${service_name}\0${method_name}`, () => ({
    service_name,
    method_name,
    calls: 0,
    failures: 0,
    untimed: 0,
    untimed_failures: 0,
    time_sum: 0,
    sketch: new LatencySketch(),
  }));
