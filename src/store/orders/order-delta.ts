/**
 * Sums of orders as one flat list of numbers, so that adding and taking back is the same for all of them. Names are a count's (`orders`, `delivered`), a
 * currency's amount in units (`TRY captured`), or how many orders took so many ms from one stage to another (`placed_to_accepted 95000`). What is
 * zero is not there.
 */
export type Tally = Record<string, number>;

/**
 * What some events change in order_rollups and order_paths: contributions of the orders as they are, less those of the orders as they were. So counts
 * may be negative, and deltas of any partition of the same events add up to the same. All of it is plain JSON; `{}` changes nothing.
 */
export interface OrderDelta {
  /** By `[hour, restaurant_id, courier_id]` as JSON text; the hour is that of the order's first event, Unix ms / 3,600,000. */
  tallies?: Record<string, Tally>;
  /** How many orders, by `hour path`. */
  paths?: Record<string, number>;
}

export type TallyKey = [hour: number, restaurant: string | null, courier: string | null];

export const writeTallyKey = (key: TallyKey): string => JSON.stringify(key);
export const readTallyKey = (text: string): TallyKey => JSON.parse(text) as TallyKey;

/** Adds to a number of a list, which it leaves when it comes to zero. */
export function addTo(tally: Tally, name: string, by: number): void {
  const sum = (tally[name] ?? 0) + by;
  if (sum === 0) delete tally[name];
  else tally[name] = sum;
}

/** Adds a list to another, `times` times. */
export function addTally(into: Tally, from: Readonly<Tally>, times = 1): void {
  for (const name of Object.keys(from)) addTo(into, name, (from[name] ?? 0) * times);
}
