import { failures, type KindFailures } from '../../store/rollups/bucket-parts.js';
import type { Ask } from '../../store/rollups/read-rollups.js';
import type { CutSpan } from '../../store/rollups/read-spans.js';
import { addError, type ErrorStats, emptyBucket } from '../../store/rollups/rollup-delta.js';
import type { RollupMemory } from '../../store/rollups/rollup-memory.js';

/** Failures by normalised message, most frequent first; of one service, or of all. */
export async function getErrors(
  ask: Ask,
  { buckets, kinds }: RollupMemory,
  span: CutSpan,
  limit: number,
  service?: string,
): Promise<ErrorStats[]> {
  const ofService = ({ service_name }: { service_name: string }) =>
    service === undefined || service_name === service;
  const stored = await buckets.sumOf(ask, failures, span.buckets);
  const waiting = [...span.rest.errors.values()].filter(ofService);
  const [names, ofWaiting] = await Promise.all([
    kinds.namesOf(ask, [...stored.keys()]),
    kinds.kindsOf(ask, waiting),
  ]);
  const candidates = [...stored].filter(([kind]) => {
    const name = names.get(kind);
    return name !== undefined && ofService(name);
  });
  const least = leastOfFirst(candidates, limit);
  const sum = emptyBucket();
  // The first groups, and those of what waits: no other can be among the first once both are added up.
  for (const [kind, stats] of candidates) {
    const name = names.get(kind);
    if (name && (stats.failures >= least || ofWaiting.has(kind))) addError(sum, { ...name, ...stats });
  }
  for (const error of waiting) addError(sum, error);
  return [...sum.errors.values()]
    .sort((a, b) => b.failures - a.failures || (placeOf(a) < placeOf(b) ? -1 : 1))
    .slice(0, limit);
}

/** How many failures the last of the first `limit` kinds has. */
function leastOfFirst(
  kinds: readonly (readonly [kind: number, stats: KindFailures])[],
  limit: number,
): number {
  const counts = Float64Array.from(kinds, ([, stats]) => stats.failures).sort();
  return counts.at(-limit) ?? 0;
}

/** Groups of equal size always come in the same order, folded or not. */
const placeOf = ({ message, service_name, method_name }: ErrorStats): string =>
  `${message}\0${service_name}\0${method_name}`;
