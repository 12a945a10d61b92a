import { HOURS_OF_DAY, HOURS_OF_WEEK, hourOfDay, hourOfWeek, type LocalHour } from '../hour-of-week.js';

/** Hours to either side that count as the same time. */
const REACH = 2;
/** The same time on other days of the week counts a twentieth as much as on this one: a usual hour on a day off is odd, but less than a night. */
const OTHER_DAYS = 0.05 / 7;

export interface HourHabits {
  /** How many active hours the past has around this time of the week, other days counting a little. */
  around(hour: LocalHour): number;
  /** The same for an hour that is one of the past's, without itself and what belongs to its own visit. */
  aroundOwn(hour: LocalHour): number;
  /** Around this time of this day of the week only. */
  near(hour: LocalHour): number;
}

/** Reads habits from a past's active hours: distinct, ascending. */
export function createHourHabits(slots: readonly LocalHour[]): HourHabits {
  const week = smoothed(slots.map(hourOfWeek), HOURS_OF_WEEK);
  const day = smoothed(slots.map(hourOfDay), HOURS_OF_DAY);
  const taken = new Set(slots);
  // Whole numbers are subtracted before they are weighted: equally odd hours come out exactly equal.
  const around = (hour: LocalHour, own: number) =>
    (week[hourOfWeek(hour)] ?? 0) - own + OTHER_DAYS * ((day[hourOfDay(hour)] ?? 0) - own);
  return {
    near: (hour) => week[hourOfWeek(hour)] ?? 0,
    around: (hour) => around(hour, 0),
    aroundOwn(hour) {
      let own = 0;
      for (let at = hour - REACH; at <= hour + REACH; at += 1) if (taken.has(at)) own += 1;
      return around(hour, own);
    },
  };
}

/** Counts by index on a circle, each with what lies within {@link REACH} of it. */
function smoothed(indices: readonly number[], length: number): number[] {
  const counts = Array<number>(length).fill(0);
  for (const index of indices) {
    for (let step = -REACH; step <= REACH; step += 1) {
      const at = (index + step + length) % length;
      counts[at] = (counts[at] ?? 0) + 1;
    }
  }
  return counts;
}
