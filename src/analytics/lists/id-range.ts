import { lowestUuidAt, timeOfUuidV7 } from '../../store/uuid-v7.js';

export const DAY = 86_400_000;

/** Ids from `lowest` (inclusive) to below `above`; undefined has no bound. */
export interface IdRange {
  lowest?: string | undefined;
  above?: string | undefined;
}

/** The start, in Unix ms, of the UTC day that a time falls into. */
export const dayOf = (unixMs: number): number => Math.floor(unixMs / DAY) * DAY;

/** The day of the greatest id that is below this one. */
export function dayBelow(id: string): number {
  const day = dayOf(timeOfUuidV7(id));
  return id > lowestUuidAt(day) ? day : day - DAY;
}

/** What two ranges have in common; undefined when that is nothing. Ids in lower case sort as PostgreSQL sorts them. */
export function intersect(a: IdRange, b: IdRange): IdRange | undefined {
  const lowest = greater(a.lowest, b.lowest);
  const above = less(a.above, b.above);
  return lowest !== undefined && above !== undefined && lowest >= above ? undefined : { lowest, above };
}

const greater = (a: string | undefined, b: string | undefined) =>
  a === undefined || (b !== undefined && b > a) ? b : a;
const less = (a: string | undefined, b: string | undefined) =>
  a === undefined || (b !== undefined && b < a) ? b : a;
