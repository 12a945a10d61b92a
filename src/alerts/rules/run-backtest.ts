import type pg from 'pg';
import type { z } from 'zod';
import type { backtestAnswerSchema, FiringView } from '../../contract/alert-rule.js';
import { type Firing, replay } from '../engine/replay.js';
import type { Rule } from '../engine/rule.js';
import { databasePast, type PastSources } from '../past/database-past.js';

/** Firings that are listed; beyond, a rule is of no use as it is, and the number says so. */
const MOST_LISTED = 1_000;

export interface Backtest {
  rules: readonly Rule[];
  /** Unix ms. */
  from: number;
  to: number;
  /** Since when there are minutes, Unix ms. */
  minutesSince: number;
}

/** Lists what rules would have fired, by the engine's own code. */
export async function runBacktest(
  pool: pg.Pool,
  sources: PastSources,
  { rules, from, to, minutesSince }: Backtest,
  signal: AbortSignal,
): Promise<z.output<typeof backtestAnswerSchema>> {
  const past = await databasePast(pool, sources, rules, from, to);
  const { firings, steps } = await replay(rules, past, from, to, signal);
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    steps,
    rules: rules.length,
    firings: firings.slice(0, MOST_LISTED).map(viewOf),
    total: firings.length,
    notes: notesOn(rules, from, minutesSince),
  };
}

const iso = (at: number) => new Date(at).toISOString();

const viewOf = (firing: Firing): FiringView => ({
  rule_id: firing.rule.id === '' ? null : firing.rule.id,
  rule_name: firing.rule.name,
  severity: firing.rule.severity,
  group: firing.group,
  summary: firing.summary,
  value: firing.value,
  threshold: firing.threshold,
  unit: firing.unit,
  values: firing.values.map(([at, value]) => ({ at: iso(at), value })),
  started_at: iso(firing.started_at),
  fired_at: iso(firing.fired_at),
  resolved_at: firing.resolved_at === undefined ? null : iso(firing.resolved_at),
});

function notesOn(rules: readonly Rule[], from: number, minutesSince: number): string[] {
  const kinds = new Set(rules.map(({ condition }) => condition.kind));
  const byMinute = ['latency', 'error_rate', 'volume', 'unusual_metric'] as const;
  return [
    ...(from < minutesSince && byMinute.some((kind) => kinds.has(kind))
      ? [`Minutes are kept since ${iso(minutesSince)}: before that, rules that count calls see nothing.`]
      : []),
    ...(kinds.has('unusual_metric')
      ? [
          'An unusual metric learns from the week before the span: the running rule may have learned for longer.',
        ]
      : []),
    ...(kinds.has('system') ? ['Figures of the service itself are replayed from one sample a minute.'] : []),
  ];
}
