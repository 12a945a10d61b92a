import { type Activity, activity } from '../../store/rollups/bucket-parts.js';
import type { Ask } from '../../store/rollups/read-rollups.js';
import type { CutSpan } from '../../store/rollups/read-spans.js';
import type { RollupMemory } from '../../store/rollups/rollup-memory.js';

/** How many actions there were, by user type and by action type. */
export async function getActivity(
  ask: Ask,
  { buckets }: RollupMemory,
  span: CutSpan,
): Promise<Readonly<Activity>> {
  const stored = await buckets.sumOf(ask, activity, span.buckets);
  const waiting = span.rest.activity;
  if (waiting.size === 0) return stored;
  const sum = activity.copy(stored);
  for (const [user_type, types] of waiting) {
    for (const [action_type, stats] of types) activity.add(sum, { user_type, action_type, ...stats });
  }
  return sum;
}
