import { DAY, dayOf, type UserDay } from '../user-day.js';

export interface DayHistory {
  /** Today so far and the last full day, newest first, where they have actions. */
  judged: UserDay[];
  /** The days with actions before both, oldest first. */
  past: UserDay[];
}

/** A day that has yet to come, of a caller whose clock is up to 5 minutes ahead, is neither. */
export function dayHistory(days: readonly UserDay[], now: number): DayHistory {
  const today = dayOf(now);
  const active = days.filter(({ day, actions }) => actions > 0 && day <= today).sort((a, b) => a.day - b.day);
  return {
    judged: active.filter(({ day }) => day >= today - DAY).reverse(),
    past: active.filter(({ day }) => day < today - DAY),
  };
}
