import type { ConditionOf } from '../../contract/alert-rule.js';
import { CallWindow } from './call-window.js';
import { type Evaluator, MINUTE } from './evaluator.js';
import { counted, groupName, overMinutes, round } from './plain-words.js';

/** Too many fail: in percent, in number, and of enough. Three of four are no alarm. */
export function errorRate(condition: ConditionOf<'error_rate'>): Evaluator {
  const { above, min_failures, min_samples, window_minutes } = condition;
  const window = new CallWindow(condition, window_minutes, false);
  return {
    every: MINUTE,
    lookback: window_minutes,
    push: (minute) => window.push(minute),
    observe: (at) =>
      [...window.sum(at).values()].flatMap(({ group, figures }) => {
        const calls = figures.calls + figures.untimed;
        const failures = figures.failures + figures.untimed_failures;
        if (calls < min_samples) return [];
        const value = (100 * failures) / calls;
        const summary = () =>
          `${groupName(group)}: ${round(value)} % of calls failed ${overMinutes(window_minutes)} ` +
          `(${failures.toLocaleString('en')} of ${counted(calls, 'call')}); the limit is ${round(above)} %`;
        const breached = value > above && failures >= min_failures;
        return [
          { group, breached, value: Math.round(value * 100) / 100, threshold: above, unit: '%', summary },
        ];
      }),
  };
}
