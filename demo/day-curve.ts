import { HOUR, MINUTE } from './durations.js';

/** How hungry Istanbul is, hour by hour from midnight: lunch at 12 to 14, dinner at 19 to 21. */
const hunger = [
  0.3, 0.15, 0.1, 0.05, 0.05, 0.1, 0.2, 0.4, 0.6, 0.6, 0.8, 1.4, 2.4, 2.2, 1.2, 0.8, 0.8, 1.2, 2.0, 2.9, 3.0,
  2.2, 1.3, 0.7,
];

/** Turkey keeps UTC+3 all year. */
const ISTANBUL = 3 * HOUR;

/** Shorter runs keep one rate: they would only show a piece of a slope, and would differ with the hour they are started at. */
const SHORTEST_WITH_PEAKS = 6 * HOUR;

/** How many orders the moment draws, relative to others of the same run. */
export function dayCurve(startTime: number, span: number): (at: number) => number {
  if (span < SHORTEST_WITH_PEAKS) return () => 1;
  return (at) => {
    const hours = (((startTime + at + ISTANBUL) / HOUR) % 24) - 0.5;
    const from = Math.floor(hours);
    const share = hours - from;
    return weight(from) * (1 - share) + weight(from + 1) * share;
  };
}

const weight = (hour: number): number => hunger[(hour + 24) % 24] ?? 0;

/** The curve is read in the middle of pieces of this length. */
export const CURVE_STEP = 5 * MINUTE;
