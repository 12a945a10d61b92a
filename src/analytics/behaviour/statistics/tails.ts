import { logBeta } from './log-beta.js';
import { logGamma } from './log-gamma.js';

/**
 * Chances of at least this much, each as log10 of the probability: -3 is 1 in 1,000. What is expected anyway is 0.
 */
export type Log10 = number;

const log10 = (natural: number): Log10 => Math.min(0, natural / Math.LN10);

/** At least `successes` of `trials` (fractions allowed) at a given probability (DLMF 8.17.5). */
export function binomialTail(successes: number, trials: number, probability: number): Log10 {
  if (successes <= 0) return 0;
  return log10(logBeta(probability, successes, trials - successes + 1));
}

/** At least `count` (whole) events where `mean` are expected: the sum of the Poisson terms from there on. */
export function poissonTail(count: number, mean: number): Log10 {
  if (count <= mean) return 0;
  let term = 1;
  let sum = 1;
  for (let next = count + 1; term > 1e-12 * sum; next += 1) {
    term *= mean / next;
    sum += term;
  }
  return log10(count * Math.log(mean) - mean - logGamma(count + 1) + Math.log(sum));
}

/** A value at least `t` scales above the centre, Student's t with `freedom` degrees of freedom, upper tail. */
export function studentTail(t: number, freedom: number): Log10 {
  if (t <= 0) return 0;
  return log10(Math.log(0.5) + logBeta(freedom / (freedom + t * t), freedom / 2, 0.5));
}
