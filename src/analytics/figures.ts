import type { CallStats } from '../store/rollups/rollup-delta.js';

/** A share that succeeded; null where there was nothing. */
export const successRate = (all: number, failures: number): number | null =>
  all > 0 ? (all - failures) / all : null;

/** By how much a figure differs from what it was, as a fraction of that; null where there was nothing before. */
export const changeOf = (now: number | null, before: number | null): number | null =>
  now === null || before === null || before === 0 ? null : now / before - 1;

export const failureRate = (all: number, failures: number): number | null =>
  all > 0 ? failures / all : null;

/** The contract's figures of some calls; times in ms. */
export function callFigures({ calls, failures, sum, min, max, sketch }: CallStats) {
  const bounds = { min, max };
  return {
    call_count: calls,
    failures,
    success_rate: successRate(calls, failures),
    avg_response_time: sum / calls,
    min,
    max,
    p50: sketch.quantile(0.5, bounds) ?? 0,
    p95: sketch.quantile(0.95, bounds) ?? 0,
    p99: sketch.quantile(0.99, bounds) ?? 0,
  };
}

/** Entries by a count, greatest first, by name where equal. */
export const rankBy = <Value>(
  entries: ReadonlyMap<string, Value>,
  count: (value: Value) => number,
): [string, Value][] => [...entries].sort(([a, x], [b, y]) => count(y) - count(x) || (a < b ? -1 : 1));
