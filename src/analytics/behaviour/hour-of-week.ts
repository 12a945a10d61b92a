const HOUR = 3_600_000;

export const HOURS_OF_DAY = 24;
export const HOURS_OF_WEEK = 168;
export const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** Hours since 1970-01-01T00:00 by the person's clock. */
export type LocalHour = number;

/** Makes the function that tells the local hour of a time (Unix ms) from a zone's offsets. */
export const localHours =
  (offsetAt: (unixMs: number) => number) =>
  (unixMs: number): LocalHour =>
    Math.floor((unixMs + offsetAt(unixMs)) / HOUR);

/** 0 is Monday, 0 to 1 o'clock. 1970 began on a Thursday. */
export const hourOfWeek = (hour: LocalHour): number => modulo(hour + 3 * HOURS_OF_DAY, HOURS_OF_WEEK);
export const hourOfDay = (hour: LocalHour): number => modulo(hour, HOURS_OF_DAY);

const modulo = (value: number, by: number) => ((value % by) + by) % by;

/** Counts by day of the week (Monday first) and hour. */
export function countByHourOfWeek(hours: readonly LocalHour[]): number[][] {
  const counts = Array.from({ length: 7 }, () => Array<number>(HOURS_OF_DAY).fill(0));
  for (const hour of hours) {
    const index = hourOfWeek(hour);
    const row = counts[Math.floor(index / HOURS_OF_DAY)];
    if (row) row[index % HOURS_OF_DAY] = (row[index % HOURS_OF_DAY] ?? 0) + 1;
  }
  return counts;
}

/** The week's days added up. */
export const countByHour = (week: readonly number[][]): number[] =>
  Array.from({ length: HOURS_OF_DAY }, (_, hour) => week.reduce((sum, day) => sum + (day[hour] ?? 0), 0));
