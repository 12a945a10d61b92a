import type { BehaviourAction } from '../behaviour-action.js';

/** Every run of actions (oldest first) that fits into a span of ms, as indices: one for each action that ends it. */
export function* runsWithin(
  actions: readonly BehaviourAction[],
  span: number,
): Generator<{ from: number; to: number }> {
  let from = 0;
  for (const [to, { timestamp }] of actions.entries()) {
    while (timestamp - (actions[from]?.timestamp ?? timestamp) > span) from += 1;
    yield { from, to };
  }
}
