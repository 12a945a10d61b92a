import type { RuleInput } from '../../contract/alert-rule.js';
import type { Evaluator } from '../evaluate/evaluator.js';
import { evaluatorOf } from '../evaluate/evaluator-of.js';

/** A rule as the engine runs it. */
export interface Rule extends RuleInput {
  id: string;
  /** Another version is another rule, whose groups all begin anew. */
  version: number;
}

/** A rule with what looks at the world for it. */
export class RunningRule {
  #rule: Rule;
  readonly evaluator: Evaluator;
  /** Up to which minute (Unix ms, exclusive) it was given minutes; undefined: none yet. */
  fedTo: number | undefined;

  constructor(rule: Rule) {
    this.#rule = rule;
    this.evaluator = evaluatorOf(rule.condition);
  }

  get rule(): Rule {
    return this.#rule;
  }

  /** The same with other words, times or channels; what it looks at is as it was. */
  with(rule: Rule): this {
    this.#rule = rule;
    return this;
  }

  isDue(at: number): boolean {
    return at % this.evaluator.every === 0;
  }

  /** From which minute on it has to be given those before `to`. */
  needsFrom(to: number): number {
    return Math.max(this.fedTo ?? 0, to - this.evaluator.lookback * MINUTE);
  }
}

const MINUTE = 60_000;
