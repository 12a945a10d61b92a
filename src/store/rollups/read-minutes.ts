import type { LatencySketch } from './latency-sketch.js';

/** One method's calls of a minute. */
export interface MethodMinute {
  service_name: string;
  method_name: string;
  calls: number;
  failures: number;
  untimed: number;
  untimed_failures: number;
  /** Milliseconds. */
  time_sum: number;
  sketch: LatencySketch;
}

/** What a minute holds, at the lowest level. */
export interface MinuteFigures {
  /** Its start, Unix ms. */
  at: number;
  services: readonly MethodMinute[];
  activity: readonly { user_type: string; action_type: string; actions: number; failures: number }[];
}
