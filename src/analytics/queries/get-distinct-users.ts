import type { CutSpan } from '../../store/rollups/cut-span.js';
import { DistinctSet } from '../../store/rollups/distinct-set.js';
import { hashText } from '../../store/rollups/hash-text.js';
import type { Ask } from '../../store/rollups/read-rollups.js';
import { at, type BucketDelta } from '../../store/rollups/rollup-delta.js';
import type { UserSets } from '../../store/rollups/user-sets.js';

/** The people of a span, by user type; '' is everybody. */
export async function getDistinctUsers(
  ask: Ask,
  sets: UserSets,
  { runs, rest }: CutSpan,
  userTypes?: readonly string[],
): Promise<Map<string, DistinctSet>> {
  const users = await sets.unionOf(ask, runs, userTypes);
  addUsers(users, rest, userTypes);
  return users;
}

/** Adds a bucket's people to sets by user type. */
export function addUsers(
  users: Map<string, DistinctSet>,
  rest: BucketDelta,
  userTypes?: readonly string[],
): void {
  for (const [userType, ofType] of rest.users) {
    const wanted = ['', userType].filter((type) => userTypes?.includes(type) ?? true);
    for (const userId of ofType.keys()) {
      const hash = hashText(userId);
      for (const type of wanted) at(users, type, () => new DistinctSet()).add(hash);
    }
  }
}
