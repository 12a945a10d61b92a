import type { z } from 'zod';
import type { dryRunAnswerSchema, RuleInput } from '../../contract/alert-rule.js';
import type { Past } from '../engine/replay.js';
import { RunningRule } from '../engine/rule.js';
import { MINUTE } from '../evaluate/evaluator.js';

/** Groups that are listed. */
const MOST_LISTED = 100;
/** Minutes read at once. */
const CHUNK = 360 * MINUTE;

/** What a rule would see now (Unix ms, at its own next look back): nothing is kept, nobody is told. */
export async function dryRun(
  rule: RuleInput,
  past: Past,
  now: number,
): Promise<z.output<typeof dryRunAnswerSchema>> {
  const running = new RunningRule({ ...rule, id: '', version: 0 });
  const { evaluator } = running;
  const at = Math.floor(now / evaluator.every) * evaluator.every;
  for (let from = at - evaluator.lookback * MINUTE; from < at; from += CHUNK) {
    const to = Math.min(from + CHUNK, at);
    const minutes = new Map((await past.minutes(from, to)).map((minute) => [minute.at, minute]));
    for (let minute = from; minute < to; minute += MINUTE) {
      evaluator.push?.(minutes.get(minute) ?? { at: minute, services: [], activity: [] });
    }
  }
  const seen = [...(await evaluator.observe(at, past.world))].sort(
    (a, b) => Number(b.breached) - Number(a.breached),
  );
  return {
    at: new Date(at).toISOString(),
    breached: seen.filter(({ breached }) => breached).length,
    groups: seen.length,
    observations: seen.slice(0, MOST_LISTED).map(({ summary, ...one }) => ({ ...one, summary: summary() })),
    note: seen.length > 0 ? null : noteOn(rule),
  };
}

function noteOn({ condition }: RuleInput): string | null {
  switch (condition.kind) {
    case 'stuck_order':
    case 'unusual_user':
      return 'Nothing is found now, so the condition does not hold.';
    case 'unusual_metric':
      return 'No series is known long enough to be judged: some hours of minutes are needed, for daily habits two days.';
    case 'system':
      return 'Nobody reports this figure now.';
    default:
      return 'There are no calls, or fewer than min_samples, so nothing is said.';
  }
}
