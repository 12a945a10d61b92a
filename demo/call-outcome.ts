import type { MethodName } from './catalogue/methods.js';
import { methods } from './catalogue/methods.js';
import type { Facts } from './order.js';
import type { Random } from './random.js';

export interface Outcome {
  /** Milliseconds, to a tenth. */
  time: number;
  error: string | null;
}

/** Log-normal, as response times are; one in fifty meets a lock, a cold cache or a bad radio link and takes many times as long. */
export function callTime(random: Random, median: number): number {
  const usual = median * Math.exp(0.45 * random.normal());
  return random.chance(0.02) ? usual * random.between(4, 15) : usual;
}

const FAILURES = 0.05;

/** Longest that the apps wait. */
export const TIMEOUT = 30_000;

const anywhere: readonly ((random: Random, service: string) => string)[] = [
  (random, service) => `${service} answered 502 after ${random.int(80, 2_900)} ms`,
  (random) => `Request req_${random.hex(8)} timed out after ${random.pick([3_000, 5_000, 10_000])} ms`,
  (random) => `connect ECONNREFUSED 10.0.${random.int(1, 9)}.${random.int(2, 250)}:5432`,
  (random) => `Rate limit: try again in ${random.int(1, 30)} s`,
];

/** How one call turns out. `slow`: the payment provider is in trouble, takes ten times as long and leaves 30 % without an answer. */
export function callOutcome(
  facts: Facts,
  name: MethodName,
  options: { slow: boolean; fails?: boolean },
): Outcome {
  const { random } = facts;
  const { median, errors = [] } = methods[name];
  const service = name.split('.')[0] ?? name;
  const time = callTime(random, median) * (options.slow ? 10 : 1);
  if (options.slow && random.chance(0.3)) {
    return {
      time: TIMEOUT,
      error: `Payment provider timed out after ${TIMEOUT} ms (payment ${facts.order.paymentId})`,
    };
  }
  const fails = options.fails ?? random.chance(FAILURES);
  const error = !fails
    ? null
    : errors.length > 0 && random.chance(0.6)
      ? random.pick(errors)(facts)
      : random.pick(anywhere)(random, service);
  return { time: Math.round(Math.min(time, TIMEOUT) * 10) / 10, error };
}
