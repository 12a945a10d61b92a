import type pg from 'pg';
import type { MinuteFigures } from '../../store/rollups/minute-figures.js';
import { MINUTE } from '../evaluate/evaluator.js';
import { MetricSeries } from '../evaluate/metric-series.js';
import type { SeriesEvaluator } from '../evaluate/unusual-metric.js';
import { getSeries, writeSeries } from '../queries/series-rows.js';
import { type Group, groupKey } from './group.js';
import { type Rule, RunningRule } from './rule.js';

/** Minutes that are read again each time: rows of a phone that was out of reach come late, and belong in their own minute. */
const LATE = 10 * MINUTE;
/** Minutes read at once: 27,000 rows of a busy platform. */
const CHUNK = 360 * MINUTE;
/** How often what detectors have learned is kept, in ms: a replica that takes over reads at most so much again. */
const SAVE_EVERY = 60 * MINUTE;

/** The rules as this process runs them, with what they remember of the last minutes. */
export class RunningRules {
  readonly #minutes: (from: number, to: number) => Promise<readonly MinuteFigures[]>;
  #rules = new Map<string, RunningRule>();

  constructor(minutes: (from: number, to: number) => Promise<readonly MinuteFigures[]>) {
    this.#minutes = minutes;
  }

  get all(): Iterable<RunningRule> {
    return this.#rules.values();
  }

  /** Takes the rules that there are now; those that are as they were keep what they remember. */
  async use(client: pg.ClientBase, rules: readonly Rule[]): Promise<void> {
    const next = new Map<string, RunningRule>();
    for (const rule of rules) {
      const before = this.#rules.get(rule.id);
      if (before?.rule.version === rule.version) next.set(rule.id, before.with(rule));
      else next.set(rule.id, await begin(client, rule));
    }
    this.#rules = next;
  }

  /** Gives them the minutes before `at` (Unix ms) that they have not had, and the last few again. */
  async feed(at: number): Promise<void> {
    const to = Math.floor(at / MINUTE) * MINUTE;
    const hungry = [...this.#rules.values()].filter(
      ({ evaluator, fedTo }) => evaluator.lookback > 0 && fedTo !== to,
    );
    if (hungry.length === 0) return;
    const needs = new Map(hungry.map((one) => [one, Math.min(one.needsFrom(to), to - LATE)]));
    for (let from = Math.min(...needs.values()); from < to; from += CHUNK) {
      const end = Math.min(from + CHUNK, to);
      const minutes = new Map((await this.#minutes(from, end)).map((minute) => [minute.at, minute]));
      for (let minute = from; minute < end; minute += MINUTE) {
        const figures = minutes.get(minute) ?? { at: minute, services: [], activity: [] };
        for (const [{ evaluator }, since] of needs) if (minute >= since) evaluator.push?.(figures);
      }
    }
    for (const one of hungry) one.fedTo = to;
  }

  /** Once an hour, keeps what detectors have learned. */
  async save(client: pg.ClientBase, at: number): Promise<void> {
    if (at % SAVE_EVERY !== 0) return;
    for (const { rule, evaluator } of this.#rules.values()) {
      if (!hasSeries(evaluator)) continue;
      const rows = [...evaluator.series].map(([group_key, series]) => ({
        group_key,
        fed_to: series.fedTo,
        detector: series.toBytes(),
      }));
      await writeSeries(client, rule.id, rows);
    }
  }
}

const hasSeries = (evaluator: object): evaluator is SeriesEvaluator => 'series' in evaluator;

/** A rule from the beginning, or from what its detectors had learned. */
async function begin(client: pg.ClientBase, rule: Rule): Promise<RunningRule> {
  const running = new RunningRule(rule);
  const { evaluator } = running;
  if (!hasSeries(evaluator)) return running;
  for (const { group_key, fed_to, detector } of await getSeries(client, rule.id)) {
    const group = Object.fromEntries(JSON.parse(group_key) as [string, string][]) as Group;
    const series = MetricSeries.from(group, fed_to, detector);
    if (series) evaluator.series.set(groupKey(group), series);
  }
  const fed = [...evaluator.series.values()].map(({ fedTo }) => fedTo);
  if (fed.length > 0) running.fedTo = Math.min(...fed);
  return running;
}
