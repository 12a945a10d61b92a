import type { Finding, UnusualKind } from '../../../contract/behaviour.js';
import type { BehaviourAction } from '../behaviour-action.js';
import type { Log10 } from '../statistics/tails.js';
import { scoreOf } from './score.js';

const SHOWN = 20;

export interface Evidence {
  reason: string;
  /** Of something at least as strange, had the person gone on as before. */
  chance: Log10;
  /** What shows it, oldest first. */
  actions: readonly BehaviourAction[];
  /** Unix ms; by default the first of the actions. */
  since: number;
}

/** The newest actions stand for all. */
export const makeFinding = (kind: UnusualKind, { reason, chance, actions, since }: Evidence): Finding => ({
  kind,
  reason,
  score: scoreOf(chance),
  actions: actions
    .slice(-SHOWN)
    .reverse()
    .map(({ id }) => id),
  since: new Date(since).toISOString(),
});
