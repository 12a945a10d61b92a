import type { Log10 } from '../statistics/tails.js';

/**
 * How strange it is, from 0 (expected) towards 1, whichever detector asks: 1 - 2^(log10(p) / 3). Every factor of 1,000 by which the chance p
 * is smaller halves what is missing to 1: 1 in 10 is 0.21, 1 in 1,000 is 0.5, 1 in a million 0.75. (1 - p would call all of them 1.)
 */
export const scoreOf = (chance: Log10): number =>
  Math.round(1_000 * (1 - 2 ** (Math.min(0, chance) / 3))) / 1_000;
