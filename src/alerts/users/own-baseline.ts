import { type Log10, studentTail } from '../../analytics/behaviour/statistics/tails.js';

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
/** Heavier than normal, as what people do is. */
const FREEDOM = 10;

export const newEverybody = (usual: number): EverybodysVisits => ({
  count: 0,
  mean: Math.log(usual),
  variance: 1,
  within: 0.5,
  shift: 0,
});

/** The weight of a new value in a mean of `count` values, of which 200 are taken for granted and `memory` are kept. */
const weightOf = (count: number, memory: number) => 1 / Math.min(memory, count + 200);

/**
 * Learns a visit that is over. A visit far beyond what is usual is learned as a strong one, so that a burst does not make the next one usual.
 */
export function learnVisit(all: EverybodysVisits, own: OwnVisits, value: number): void {
  const { centre, spread } = expectation(all, own);
  const clipped = Math.min(value, centre + 2.5 * spread);
  const weight = weightOf(all.count, MEMORY);
  all.count += 1;
  all.variance += weight * ((clipped - all.mean) ** 2 - all.variance);
  all.mean += weight * (clipped - all.mean);
  if (own.count >= 3) {
    const missed = clipped - own.mean;
    all.within += weight * ((missed * missed * own.count) / (own.count + 1) - all.within);
    const bounded = Math.max(-1, Math.min(1, missed));
    all.shift += (bounded - all.shift) / SHIFT_MEMORY;
  }
  own.count = Math.min(MOST_OWN, own.count + 1);
  own.mean += (clipped - own.mean) / own.count;
}

/**
 * What a visit of somebody is expected to be: between their own mean and everybody's by how many visits were seen (the normal-normal
 * posterior, Gelman et al., Bayesian Data Analysis, §2.5), so that a newcomer is measured by the people, and a heavy user by themself.
 */
function expectation(all: EverybodysVisits, own: OwnVisits): { centre: number; spread: number } {
  const within = Math.max(LEAST_WITHIN, all.within);
  const between = Math.max(LEAST_BETWEEN, all.variance - within);
  const share = (own.count * between) / (own.count * between + within);
  const centre = share * own.mean + (1 - share) * all.mean + Math.max(0, all.shift);
  const uncertain = (between * within) / (own.count * between + within);
  return { centre, spread: Math.sqrt(within + uncertain) };
}

/** The chance of a visit of at least this much. */
export function chanceOfVisit(all: EverybodysVisits, own: OwnVisits, value: number): Log10 {
  const { centre, spread } = expectation(all, own);
  return studentTail((value - centre) / spread, FREEDOM);
}
