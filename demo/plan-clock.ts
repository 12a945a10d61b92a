import { DAY, MINUTE } from './durations.js';
import { OptionError } from './option-error.js';

/** The server takes ids up to 7 days back: half a day is left for a server that keeps us waiting. */
export const LONGEST_PAST = 6.5 * DAY;
/** And up to 5 minutes ahead; clocks differ by a little. */
const FURTHEST_AHEAD = 4 * MINUTE;

/** Sent at once before each run: when it begins, orders are on their way already. */
const UNDER_WAY = 45 * MINUTE;

export interface ClockWishes {
  /** The server's time, Unix ms. */
  now: number;
  seconds: number;
  speed: number;
  historyDays: number;
  /** Unix ms at which the simulated world begins; without it, such that it ends when the run does. */
  start: number | undefined;
}

export interface Clock {
  /** Unix ms at which the simulated world begins. */
  start: number;
  /** Simulated ms after the beginning: what is before is sent at once, what is after at its time. */
  liveFrom: number;
  /** Simulated ms from beginning to end. */
  span: number;
  /** What was asked for, or as much of it as fits into the days that the server accepts. */
  speed: number;
}

/** Lays the simulated time into the past so that it catches up with the present and never passes it. */
export function planClock({ now, seconds, speed, historyDays, start }: ClockWishes): Clock {
  const run = seconds * 1_000;
  const liveFrom = Math.max(historyDays * DAY, UNDER_WAY);
  const fitting = Math.min(speed, (LONGEST_PAST - liveFrom) / run);
  const span = liveFrom + run * fitting;
  const end = fitting > 1 ? now + run : now + run * fitting;
  const clock = { start: Math.floor(start ?? end - span), liveFrom, span, speed: fitting };
  if (start === undefined) return clock;
  if (start < now - LONGEST_PAST) {
    throw new OptionError(`--start ${iso(start)} is too old: the server takes what is up to 7 days old`);
  }
  const latest = now + FURTHEST_AHEAD - Math.max(liveFrom, span - run);
  if (start > latest) {
    throw new OptionError(
      `--start ${iso(start)} is too late: simulated time would pass the server's. The latest for this run is ${iso(latest)}`,
    );
  }
  return clock;
}

const iso = (time: number): string => new Date(time).toISOString();
