import { DAY, dayOf, type UserDay } from './user-day.js';

const RECENT_DAYS = 7;
const WINDOW_DAYS = 90;
/** A past shorter than a week has not seen each weekday once. */
const LEAST_PAST = 7;

export interface Trend {
  recent_daily: number | null;
  past_daily: number | null;
  change: number | null;
  past_days: number;
}

/**
 * The last 7 full UTC days against the days before them, back to the person's first within 90. The day that has not ended is left out:
 * scaling it by the hours gone would count a person of the evening as gone each noon, and seven full days hold each weekday once. Days
 * without actions count as zero from the first on, so a newcomer's mean is over the days since they came.
 */
export function trend(days: readonly UserDay[], now: number): Trend {
  const today = dayOf(now);
  const split = today - RECENT_DAYS * DAY;
  const full = days.filter(({ day }) => day < today && day >= today - WINDOW_DAYS * DAY);
  const first = full.reduce((earliest, { day }) => Math.min(earliest, day), today);
  const knownDays = Math.round((today - first) / DAY);
  const past_days = Math.max(0, knownDays - RECENT_DAYS);
  const sum = (some: readonly UserDay[]) => some.reduce((total, { actions }) => total + actions, 0);
  const recent = sum(full.filter(({ day }) => day >= split));
  const recent_daily = knownDays > 0 ? recent / Math.min(RECENT_DAYS, knownDays) : null;
  const past = sum(full.filter(({ day }) => day < split));
  const past_daily = past_days >= LEAST_PAST ? past / past_days : null;
  const change = recent_daily !== null && past_daily ? recent_daily / past_daily - 1 : null;
  return { recent_daily, past_daily, change, past_days };
}
