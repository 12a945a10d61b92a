import type { BehaviourAction } from '../behaviour-action.js';
import { DAY } from '../user-day.js';

/**
 * Before any day was seen, one in ten is taken to bring something new: a Beta(1, 9) prior, whose posterior mean is (new + 1) / (days + 10). 50 days
 * without anything new make it 1 in 60; somebody whose every second day brings a new address is not strange with another.
 */
const PRIOR_NEW = 1;
const PRIOR_DAYS = 10;

export const dailyRate = (eventDays: number, days: number): number =>
  (eventDays + PRIOR_NEW) / (days + PRIOR_DAYS);

export interface Familiar {
  seen: ReadonlySet<string>;
  /** UTC days on which anything was seen. */
  days: number;
  /** On which share of days to expect something new. */
  rate: number;
}

/** What a past (oldest first) has made familiar, by a key; null is not known and teaches nothing. */
export function familiarise(
  past: readonly BehaviourAction[],
  keyOf: (action: BehaviourAction) => string | null,
): Familiar {
  const seen = new Set<string>();
  const days = new Set<number>();
  const newDays = new Set<number>();
  for (const action of past) {
    const key = keyOf(action);
    if (key === null) continue;
    const day = Math.floor(action.timestamp / DAY);
    days.add(day);
    if (seen.has(key)) continue;
    seen.add(key);
    // On the first day all is new, which says nothing.
    if (days.size > 1) newDays.add(day);
  }
  return { seen, days: days.size, rate: dailyRate(newDays.size, days.size) };
}
