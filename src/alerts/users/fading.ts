/** A sum that fades: what was added `span` ms ago counts 1/e. */
export interface Fading {
  value: number;
  /** Unix ms up to which `value` has faded. */
  at: number;
}

/** What a fading sum is at a time. Times before its last are taken for that: rows may come some seconds out of order. */
export const fadedTo = ({ value, at }: Fading, now: number, span: number): number =>
  now <= at ? value : value * Math.exp((at - now) / span);

/** Adds at a time. */
export function addFading(sum: Fading, amount: number, now: number, span: number): void {
  sum.value = fadedTo(sum, now, span) + amount;
  if (now > sum.at) sum.at = now;
}
