import { CURVE_STEP } from './day-curve.js';
import type { Random } from './random.js';

export interface Stretch {
  from: number;
  to: number;
  /** How many are expected; how many come is left to chance (a Poisson process). */
  expected: number;
}

/**
 * When things come that nobody has arranged, in order. They are drawn evenly first and then pushed to where the curve is high: so the number of them
 * depends on the seed alone, not on the hour of the day.
 */
export function arrivals(
  random: Random,
  { from, to, expected }: Stretch,
  curve: (at: number) => number,
): number[] {
  const steps = Math.max(1, Math.ceil((to - from) / CURVE_STEP));
  const width = (to - from) / steps;
  let total = 0;
  const upTo = Array.from({ length: steps }, (_, step) => {
    total += curve(from + (step + 0.5) * width);
    return total;
  });

  const times: number[] = [];
  let step = 0;
  for (let drawn = random.exponential(); drawn < expected; drawn += random.exponential()) {
    const mark = (drawn / expected) * total;
    while ((upTo[step] ?? total) < mark) step++;
    const before = upTo[step - 1] ?? 0;
    const share = (mark - before) / ((upTo[step] ?? total) - before);
    times.push(from + (step + share) * width);
  }
  return times;
}
