import { normaliseMessage } from '../../store/rollups/normalise-message.js';
import type { BehaviourAction } from './behaviour-action.js';
import { rank } from './rank.js';

const TOP = 5;

/** The kinds of failure a person meets most, named as the error rollups name them. */
export function topErrors(actions: readonly BehaviourAction[]): { message: string; count: number }[] {
  // The same text comes again and again, and taking it apart costs 3 µs.
  const known = new Map<string, string>();
  const messages: string[] = [];
  for (const { success, error_message } of actions) {
    if (success) continue;
    const text = error_message ?? '';
    const message = known.get(text) ?? normaliseMessage(text);
    known.set(text, message);
    messages.push(message);
  }
  return rank(messages, TOP).map(({ name, count }) => ({ message: name, count }));
}
