import type { BehaviourAction } from './behaviour-action.js';
import { SESSION_GAP } from './sessions.js';

const TOP = 20;

export interface Transition {
  from: string;
  to: string;
  count: number;
  probability: number;
}

/**
 * What follows what: a first-order Markov chain of action types, from actions that are oldest first. Two actions follow each other when less than
 * {@link SESSION_GAP} lies between them, unless both name a session and not the same: then the app was started anew, or is another one.
 * The probability is the maximum likelihood estimate: this many of all that followed `from`.
 */
export function transitions(actions: readonly BehaviourAction[]): Transition[] {
  const followers = new Map<string, Map<string, number>>();
  let before: BehaviourAction | undefined;
  for (const action of actions) {
    if (before && inOneSession(before, action)) {
      const counts = followers.get(before.action_type) ?? new Map<string, number>();
      followers.set(before.action_type, counts);
      counts.set(action.action_type, (counts.get(action.action_type) ?? 0) + 1);
    }
    before = action;
  }
  return [...followers]
    .flatMap(([from, counts]) => {
      const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
      return [...counts].map(([to, count]) => ({ from, to, count, probability: count / all }));
    })
    .sort((a, b) => b.count - a.count || byText(a.from, b.from) || byText(a.to, b.to))
    .slice(0, TOP);
}

function inOneSession(before: BehaviourAction, action: BehaviourAction): boolean {
  if (action.timestamp - before.timestamp >= SESSION_GAP) return false;
  const [a, b] = [before.session_id, action.session_id];
  return a === null || b === null || a === b;
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
