import type { Log10 } from '../../analytics/behaviour/statistics/tails.js';

/** What somebody's visits were like: a running mean of logarithms (Welford 1962). */
export interface OwnVisits {
  /** How many, 40 at most: then old ones fade. */
  count: number;
  mean: number;
}

/** What everybody's visits are like. JSON keeps it. */
export interface EverybodysVisits {
  count: number;
  mean: number;
  /** Of one visit about the mean of all. */
  variance: number;
  /** Of one visit about its own person's mean. */
  within: number;
  /** Visits that `within` was learned from. */
  compared: number;
  /** The share of visits that are {@link REMARKABLE} spreads above what was expected, and by how many more they are on average. */
  beyond: number;
  excess: number;
  /** By how much visits of these hours are above their persons' means; promotions and holidays move everybody. */
  shift: number;
}

const MOST_OWN = 40;
/** Visits by which the figures of everybody follow: those of a day, of a service with few. */
const MEMORY = 20_000;
const SHIFT_MEMORY = 300;
/** People's visits scatter by a third at the least, whatever was seen of a few. */
const LEAST_WITHIN = 0.1;
const LEAST_BETWEEN = 0.05;
/** Spreads above what was expected from where on a visit is looked at. */
const REMARKABLE = 1.5;
/** No visit moves the tail by more than this many spreads. */
const FARTHEST = 2;
/** Remarkable visits that are taken for granted, and by which the tail follows. */
const TAIL_PRIOR = 30;
const TAIL_MEMORY = 1_000;
/** The tail is never taken for thinner than this many spreads. */
const LEAST_EXCESS = 0.15;

export const newEverybody = (usual: number): EverybodysVisits => ({
  count: 0,
  mean: Math.log(usual),
  variance: 1,
  within: 0.3,
  compared: 0,
  beyond: 0.07,
  excess: 0.4,
  shift: 0,
});

/** The weight of a new value in a mean of `count` values, of which 200 are taken for granted and `memory` are kept. */
const weightOf = (count: number, memory: number, prior = 200) => 1 / Math.min(memory, count + prior);

/**
 * Learns a visit that is over. A visit far beyond what is usual is learned as a strong one, so that a burst does not make the next one usual.
 */
export function learnVisit(all: EverybodysVisits, own: OwnVisits, value: number): void {
  const { centre, spread } = expectation(all, own);
  learnTail(all, (value - centre) / spread);
  const clipped = Math.min(value, centre + (REMARKABLE + FARTHEST) * spread);
  const weight = weightOf(all.count, MEMORY);
  all.count += 1;
  all.variance += weight * ((clipped - all.mean) ** 2 - all.variance);
  all.mean += weight * (clipped - all.mean);
  if (own.count >= 3) {
    const missed = clipped - own.mean;
    all.within +=
      weightOf(all.compared, MEMORY) * ((missed * missed * own.count) / (own.count + 1) - all.within);
    all.compared += 1;
    const bounded = Math.max(-1, Math.min(1, missed));
    all.shift += (bounded - all.shift) / SHIFT_MEMORY;
  }
  own.count = Math.min(MOST_OWN, own.count + 1);
  own.mean += (clipped - own.mean) / own.count;
}

function learnTail(all: EverybodysVisits, spreads: number): void {
  const isBeyond = spreads > REMARKABLE;
  all.beyond += weightOf(all.count, MEMORY) * ((isBeyond ? 1 : 0) - all.beyond);
  if (!isBeyond) return;
  const weight = weightOf(all.beyond * Math.min(all.count, MEMORY), TAIL_MEMORY, TAIL_PRIOR);
  all.excess += weight * (Math.min(FARTHEST, spreads - REMARKABLE) - all.excess);
}

/**
 * What a visit of somebody is expected to be: between their own mean and everybody's by how many visits were seen (the normal-normal
 * posterior, Gelman et al., Bayesian Data Analysis, §2.5), so that a newcomer is measured by the people, and a heavy user by themself.
 */
export function expectation(all: EverybodysVisits, own: OwnVisits): { centre: number; spread: number } {
  const within = Math.max(LEAST_WITHIN, all.within);
  const between = Math.max(LEAST_BETWEEN, all.variance - within);
  const share = (own.count * between) / (own.count * between + within);
  const centre = share * own.mean + (1 - share) * all.mean + Math.max(0, all.shift);
  const uncertain = (between * within) / (own.count * between + within);
  return { centre, spread: Math.sqrt(within + uncertain) };
}

/**
 * The chance of a visit of at least this much: beyond {@link REMARKABLE} spreads, the share of visits that come so far, and from there an exponential tail of
 * the mean excess that they have (peaks over a threshold: Pickands 1975, with shape 0). Visits are bounded by what a person can do in
 * minutes, so that a normal or heavier tail of their logarithms would excuse every burst.
 */
export function chanceOfVisit(all: EverybodysVisits, own: OwnVisits, value: number): Log10 {
  const { centre, spread } = expectation(all, own);
  const spreads = (value - centre) / spread;
  if (spreads <= REMARKABLE) return 0;
  return Math.log10(all.beyond) - (spreads - REMARKABLE) / Math.max(LEAST_EXCESS, all.excess) / Math.LN10;
}
