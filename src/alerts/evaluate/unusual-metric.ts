import type { ConditionOf } from '../../contract/alert-rule.js';
import type { MinuteFigures } from '../../store/rollups/minute-figures.js';
import type { Observation } from '../engine/observation.js';
import { type CallFigures, noCalls } from './call-figures.js';
import { CallWindow, callsByGroup, type GroupFigures } from './call-window.js';
import { type Evaluator, MINUTE } from './evaluator.js';
import { isFarEnough } from './far-enough.js';
import { Groups } from './groups.js';
import { latencyOf } from './latency.js';
import { MetricSeries, type Scale } from './metric-series.js';
import { groupName, overMinutes, round, timeInWords } from './plain-words.js';

type Condition = ConditionOf<'unusual_metric'>;

/** Groups that are followed: 32 kB each. Those beyond are left out, and said. */
export const MOST_SERIES = 200;
/** Minutes kept at most, from which a series that nobody has fed yet learns: a week. */
export const LEARNED_FROM = 10_080;

/** What is fed by the minute, and remembers: the engine saves it, so that a restart does not begin to learn anew. */
export interface SeriesEvaluator extends Evaluator {
  series: Map<string, MetricSeries>;
}

/** A figure that is unlike its own past. */
export function unusualMetric(condition: Condition): SeriesEvaluator {
  const { metric, direction, min_score, min_samples, window_minutes } = condition;
  const series = new Map<string, MetricSeries>();
  const samples = new Map<string, number>();
  const groups = new Groups(condition);
  const scale = metric === 'failures' || metric === 'failure_share' ? linear : logarithmic;
  const withSketches = metric === 'p50' || metric === 'p95' || metric === 'p99';
  const length = window_minutes * MINUTE;
  const window = window_minutes === 1 ? undefined : new CallWindow(condition, window_minutes, withSketches);

  /** What there was until `to`, since a window before. */
  const learn = (seen: ReadonlyMap<string, Readonly<GroupFigures>>, to: number) => {
    const from = to - length;
    for (const [key, { group }] of seen) {
      if (!series.has(key) && series.size < MOST_SERIES) series.set(key, new MetricSeries(group, from));
    }
    for (const [key, one] of series) {
      // What is taken anew was learned; its samples are not those of the newest.
      if (from < one.fedTo) continue;
      const figures = seen.get(key)?.figures ?? noCalls(false);
      const count = figures.calls + figures.untimed;
      samples.set(key, count);
      // The percentile of three calls is noise, and would teach the detector that noise is usual.
      const enough = metric === 'calls' || metric === 'failures' || count >= min_samples;
      one.add(from, to, enough ? figureOf(metric, figures) : undefined, scale);
    }
  };

  return {
    every: MINUTE,
    lookback: LEARNED_FROM,
    series,
    push(minute: MinuteFigures) {
      window?.push(minute);
      const to = minute.at + MINUTE;
      if (to % length !== 0) return;
      learn(window?.sum(to, min_samples) ?? callsByGroup(minute, groups, withSketches), to);
    },
    observe(at) {
      return [...series].flatMap(([key, one]): Observation[] => {
        const { newest } = one;
        if (!newest?.scored.ready || one.fedTo > at || one.fedTo <= at - length) return [];
        const { value, scored } = newest;
        const side =
          scored.expected === undefined || value === scored.expected
            ? 'both'
            : value > scored.expected
              ? 'up'
              : 'down';
        const wanted = direction === 'both' || side === 'both' || side === direction;
        // Of a fall to nothing there are few samples: those that are missing are what is told of.
        const enough =
          side === 'down' && metric === 'calls'
            ? (scored.expected ?? 0) >= min_samples
            : (samples.get(key) ?? 0) >= min_samples;
        const isFar = isFarEnough(condition, newest.value, scored.expected, samples.get(key) ?? 0);
        const score = wanted && enough && isFar ? scored.score : 0;
        return [
          {
            group: { ...one.group, metric },
            breached: score >= min_score,
            value: Math.round(score * 1_000) / 1_000,
            threshold: min_score,
            unit: 'score',
            summary: () => describe(condition, one, newest),
          },
        ];
      });
    },
  };
}

const linear: Scale = { in: (value) => value, out: (scaled) => scaled };
/**
 * Calls and times vary by a factor: 15 of 150 at night is what 300 of 3,000 is in the evening. As they are, the spread of the evenings would hide that nothing comes at night,
 * and an outage that answers in 3 ms would teach that calls take no time at all.
 */
const logarithmic: Scale = { in: Math.log1p, out: Math.expm1 };

function figureOf(metric: Condition['metric'], figures: CallFigures): number | undefined {
  const calls = figures.calls + figures.untimed;
  const failures = figures.failures + figures.untimed_failures;
  switch (metric) {
    case 'calls':
      return calls;
    case 'failures':
      return failures;
    case 'failure_share':
      return calls === 0 ? undefined : failures / calls;
    default:
      return latencyOf(figures, metric) ?? undefined;
  }
}

/** What the newest value is compared with, in words. */
const comparedWith = {
  week: 'the same hour of other weeks',
  day: 'the same time of other days',
  past: 'all of the past',
  trend: 'the minutes before',
  neighbours: 'its neighbours',
  lasting: 'what is usual, for some minutes now',
  drift: 'what is usual, for an hour now',
  variability: 'how much it varies as a rule',
} as const;

function describe(
  { metric, window_minutes }: Condition,
  { group }: MetricSeries,
  { value, scored }: NonNullable<MetricSeries['newest']>,
) {
  const inUnit = (amount: number) =>
    metric === 'calls' || metric === 'failures'
      ? round(amount)
      : metric === 'failure_share'
        ? `${round(100 * amount)} %`
        : timeInWords(Math.max(0, amount));
  const what =
    { calls: 'calls', failures: 'failures', failure_share: 'share of failures' }[metric as string] ?? metric;
  const expected = scored.expected === undefined ? '' : `, some ${inUnit(scored.expected)} was expected`;
  const unlike = scored.unlike === undefined ? '' : `; unlike ${comparedWith[scored.unlike]}`;
  return `${groupName(group)}: ${what} ${inUnit(value)} ${overMinutes(window_minutes)}${expected}${unlike}`;
}
