import { LatencySketch } from '../../store/rollups/latency-sketch.js';

/** Calls of a group in a span. */
export interface CallFigures {
  /** With a time. */
  calls: number;
  failures: number;
  /** Actions that said no time. */
  untimed: number;
  untimed_failures: number;
  /** Milliseconds. */
  time_sum: number;
  sketch: LatencySketch | undefined;
}

export const noCalls = (withSketch: boolean): CallFigures => ({
  calls: 0,
  failures: 0,
  untimed: 0,
  untimed_failures: 0,
  time_sum: 0,
  sketch: withSketch ? new LatencySketch() : undefined,
});

/** Adds `more` to `sum`. */
export function addCalls(sum: CallFigures, more: CallFigures): void {
  sum.calls += more.calls;
  sum.failures += more.failures;
  sum.untimed += more.untimed;
  sum.untimed_failures += more.untimed_failures;
  sum.time_sum += more.time_sum;
  if (more.sketch) sum.sketch?.merge(more.sketch);
}
