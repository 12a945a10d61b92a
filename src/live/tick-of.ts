import type { LiveTick } from '../contract/live.js';
import { LatencySketch } from '../store/rollups/latency-sketch.js';
import type { RollupDelta } from '../store/rollups/rollup-delta.js';

/** The figures of what was added in some seconds, whenever it happened. `at`: Unix ms. */
export function tickOf(added: RollupDelta, events: number, at: number, seconds: number): LiveTick {
  const tick = { actions: 0, failures: 0, events, calls: 0, call_failures: 0 };
  const sketch = new LatencySketch();
  for (const { activity, services } of added.minutes.values()) {
    for (const types of activity.values()) {
      for (const { actions, failures } of types.values()) {
        tick.actions += actions;
        tick.failures += failures;
      }
    }
    for (const methods of services.values()) {
      for (const stats of methods.values()) {
        tick.calls += stats.calls;
        tick.call_failures += stats.failures;
        sketch.merge(stats.sketch);
      }
    }
  }
  return {
    at: new Date(at).toISOString(),
    seconds,
    ...tick,
    p50: rounded(sketch.quantile(0.5)),
    p95: rounded(sketch.quantile(0.95)),
  };
}

/** To the microsecond: a sketch knows 1 %. */
const rounded = (ms: number | null): number | null => (ms === null ? null : Math.round(ms * 1_000) / 1_000);
