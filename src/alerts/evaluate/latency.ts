import type { ConditionOf } from '../../contract/alert-rule.js';
import type { CallFigures } from './call-figures.js';
import { CallWindow } from './call-window.js';
import { type Evaluator, MINUTE } from './evaluator.js';
import { counted, groupName, overMinutes, round, timeInWords } from './plain-words.js';

const quantiles = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;
type Statistic = ConditionOf<'latency'>['statistic'];

/** Milliseconds; null without calls. Percentiles within 1 % (LatencySketch). */
export const latencyOf = ({ calls, time_sum, sketch }: CallFigures, statistic: Statistic): number | null => {
  if (calls === 0) return null;
  return statistic === 'avg' ? time_sum / calls : (sketch?.quantile(quantiles[statistic]) ?? null);
};

/** Calls take longer than they may. */
export function latency(condition: ConditionOf<'latency'>): Evaluator {
  const { statistic, above, window_minutes, min_samples } = condition;
  const window = new CallWindow(condition, window_minutes, statistic !== 'avg');
  return {
    every: MINUTE,
    lookback: window_minutes,
    push: (minute) => window.push(minute),
    observe: (at) =>
      [...window.sum(at, min_samples).values()].flatMap(({ group, figures }) => {
        const value = figures.calls < min_samples ? null : latencyOf(figures, statistic);
        if (value === null) return [];
        const summary = () =>
          `${groupName(group)}: ${statistic === 'avg' ? 'the average call' : statistic} took ${timeInWords(value)} ${overMinutes(window_minutes)} ` +
          `(${counted(figures.calls, 'call')}); the limit is ${timeInWords(above)}`;
        return [
          {
            group,
            breached: value > above,
            value: Number(round3(value)),
            threshold: above,
            unit: 'ms',
            summary,
          },
        ];
      }),
  };
}

const round3 = (value: number) => round(value).replaceAll(',', '');
