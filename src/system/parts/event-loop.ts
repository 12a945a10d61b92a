import { type Facts, seenReplicas } from '../facts.js';
import type { PartReport } from '../part.js';
import { round } from '../words.js';

/** Milliseconds: what one in a hundred timers may be late by, and what no one may. A busy replica is below 50. */
export const LAGGING = 200;
export const STALLED = 1_000;

/** Whether each process has time for its work: a lag is added to every request. */
export function eventLoopPart(facts: Facts): PartReport {
  const replicas = seenReplicas(facts).map(({ id, host, measures }) => ({
    replica: id,
    host,
    lag_ms: round(measures.event_loop_lag_ms ?? 0),
    longest_ms: round(measures.event_loop_lag_max_ms ?? 0),
  }));
  const worst = replicas.reduce((most, one) => (badness(one) > badness(most) ? one : most));
  const bad = badness(worst) > 1;
  return {
    state: bad ? 'degraded' : 'ok',
    why: bad
      ? `The process of ${worst.host} is short of CPU: in the last 5 s it was late by ${worst.lag_ms} ms in 1 of 100 cases and by ${worst.longest_ms} ms at most; every request there waits as long.`
      : `Work starts on time: late by ${worst.lag_ms} ms in 1 of 100 cases and by ${worst.longest_ms} ms at most in the last 5 s${replicas.length > 1 ? ` on ${worst.host}, the busiest of ${replicas.length}` : ''}.`,
    figure: { value: worst.lag_ms, unit: 'ms' },
    details: { replicas },
  };
}

const badness = ({ lag_ms, longest_ms }: { lag_ms: number; longest_ms: number }): number =>
  Math.max(lag_ms / LAGGING, longest_ms / STALLED);
