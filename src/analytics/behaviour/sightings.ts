import type { BehaviourAction } from './behaviour-action.js';

/** How many devices and addresses an answer lists: a phone on the move has a new address every hour. */
const LISTED = 20;

export interface Sighting {
  actions: number;
  first_seen: string;
  last_seen: string;
}

/** What actions (oldest first) have in common by a key, last seen first; `null` is no sighting. */
export function sightings<T>(
  actions: readonly BehaviourAction[],
  keyOf: (action: BehaviourAction) => string | null,
  describe: (action: BehaviourAction) => T,
): (T & Sighting)[] {
  const seen = new Map<string, { action: BehaviourAction; count: number; first: number; last: number }>();
  for (const action of actions) {
    const key = keyOf(action);
    if (key === null) continue;
    const entry = seen.get(key) ?? { action, count: 0, first: action.timestamp, last: 0 };
    entry.count += 1;
    entry.last = action.timestamp;
    seen.set(key, entry);
  }
  return [...seen]
    .sort(([a, x], [b, y]) => y.last - x.last || y.first - x.first || (a < b ? -1 : 1))
    .slice(0, LISTED)
    .map(([, { action, count, first, last }]) => ({
      ...describe(action),
      actions: count,
      first_seen: new Date(first).toISOString(),
      last_seen: new Date(last).toISOString(),
    }));
}
