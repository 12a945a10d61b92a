import type { ConditionOf } from '../../contract/alert-rule.js';

type Condition = ConditionOf<'unusual_metric'>;

/** Standard deviations of pure chance within which nothing is unusual, whatever the detector thinks: 50 methods have two million minutes a month. */
const CHANCE = 5;

/** Whether a value is as far from the expected one as the rule wants, and as chance does not bring it. */
export function isFarEnough(
  { metric, min_change, min_difference }: Condition,
  value: number,
  expected: number | undefined,
  samples: number,
): boolean {
  if (expected === undefined) return true;
  const usual = Math.max(0, expected);
  const difference = Math.abs(value - usual);
  if (difference < min_difference || difference <= CHANCE * chanceOf(metric, usual, samples)) return false;
  return Math.max(value, usual) >= min_change * Math.min(value, usual);
}

/** Failures that chance brings to any share: of few calls, the distribution has a longer tail than the normal one. */
const LEAST_FAILURES = 3;

/** The standard deviation that a count (Poisson) or a share (binomial) has by itself; percentiles have their least samples instead. */
function chanceOf(metric: Condition['metric'], expected: number, samples: number): number {
  if (metric === 'calls' || metric === 'failures') return Math.sqrt(Math.max(expected, 1));
  if (metric !== 'failure_share' || samples === 0) return 0;
  const share = Math.min(Math.max(expected, LEAST_FAILURES / samples), 0.5);
  return Math.sqrt((share * (1 - share)) / samples);
}
