import { advance } from './advance.js';
import { groupKey } from './group.js';
import type { GroupState } from './group-state.js';
import type { Observation } from './observation.js';
import type { RunningRule } from './rule.js';
import type { World } from './world.js';

/** What a look at one group changed. */
export interface Change {
  key: string;
  before: GroupState | undefined;
  after: GroupState | undefined;
  transition: 'fired' | 'resolved' | undefined;
  seen: Observation | undefined;
}

/** Groups of one rule that may be pending or firing at once: beyond, one cause has many faces, and 200 of them say enough. */
const MOST_GROUPS = 200;

/** One rule's look at the world: what changes of its groups, by key. Groups that stay as they are make no change. */
export async function stepRule(
  { rule, evaluator }: RunningRule,
  states: ReadonlyMap<string, GroupState>,
  world: World,
  at: number,
): Promise<Change[]> {
  const seen = new Map<string, Observation>();
  for (const one of await evaluator.observe(at, world)) seen.set(groupKey(one.group), one);
  let room = MOST_GROUPS;
  for (const state of states.values()) if (state.status !== 'ok') room -= 1;
  const changes: Change[] = [];
  for (const [key, observation] of seen) {
    const before = states.get(key);
    if (!before && !observation.breached) continue;
    const begins = observation.breached && (!before || before.status === 'ok');
    if (begins && room-- <= 0) continue;
    const { state: after, transition } = advance(before, observation, rule, at);
    if (after !== before) changes.push({ key, before, after, transition, seen: observation });
  }
  for (const [key, before] of states) {
    if (seen.has(key)) continue;
    const { state: after, transition } = advance(before, undefined, rule, at);
    if (after !== before) changes.push({ key, before, after, transition, seen: undefined });
  }
  return changes;
}
