export const DAY = 86_400_000;

/** One UTC day of a person that has actions. */
export interface UserDay {
  /** Unix ms of the UTC midnight that begins it. */
  day: number;
  actions: number;
  failures: number;
}

/** The UTC midnight (Unix ms) that begins the day of a time. */
export const dayOf = (unixMs: number): number => Math.floor(unixMs / DAY) * DAY;
