const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * The most that is waited before the second, third, … try, in ms; after the last try that failed it is given up. With full jitter a wait is half of it on
 * average: 22 hours in all, and 43 at most.
 */
export const BACKOFF: readonly number[] = [
  10 * SECOND,
  MINUTE,
  4 * MINUTE,
  20 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  12 * HOUR,
  16 * HOUR,
];

/** What a receiver asks for (Retry-After) is heeded up to this, in ms. */
export const LONGEST_ASKED = HOUR;

/**
 * How long to wait after the `attempts`th try failed, in ms; undefined: no more. Full jitter (uniform between 0 and the most, M. Brooker, «Exponential
 * Backoff And Jitter», 2015) keeps the deliveries that one outage failed together from coming back together. Never sooner than the receiver asked.
 */
export function nextDelay(
  attempts: number,
  {
    table = BACKOFF,
    asked = 0,
    random = Math.random,
  }: { table?: readonly number[]; asked?: number; random?: () => number } = {},
): number | undefined {
  const most = table[attempts - 1];
  if (most === undefined) return undefined;
  return Math.round(Math.max(random() * most, Math.min(asked, LONGEST_ASKED)));
}
