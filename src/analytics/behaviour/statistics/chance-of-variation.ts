import { logGamma } from './log-gamma.js';
import type { Log10 } from './tails.js';

/** No clock that reaches us is better than this, and its logarithm stays finite. */
const LOWEST_VARIATION = 1e-4;

/**
 * The chance that n gaps of independent (Poisson) actions vary as little: given their sum they are uniform on a simplex (Greenwood 1946, Moran 1947),
 * and a variation below c is the ball of radius c/√n around its centre. Volume of the ball by volume of the simplex; exact for small c.
 */
export function chanceOfVariation(variation: number, n: number): Log10 {
  const c = Math.max(LOWEST_VARIATION, variation);
  const ball =
    ((n - 1) / 2) * Math.log(Math.PI) - logGamma((n + 1) / 2) + (n - 1) * Math.log(c / Math.sqrt(n));
  const simplex = 0.5 * Math.log(n) - logGamma(n);
  return Math.min(0, (ball - simplex) / Math.LN10);
}
