import type { z } from 'zod';
import type { StoredAction } from '../contract/action.js';
import type { behaviorPatternsSchema } from '../contract/analytics.js';

export type BehaviorPatterns = z.output<typeof behaviorPatternsSchema>;

/** A pause this long (ms) ends a session, as web analytics has it by convention. */
const SESSION_GAP = 30 * 60_000;
const TOP = 10;

/** What a person's recent actions show, purely. `actions` are newest first; `total` is how many are stored in all. */
export function analyseBehaviour(actions: readonly StoredAction[], total: number): BehaviorPatterns {
  const times = actions.map((action) => Date.parse(action.timestamp)).reverse();
  const activity_by_hour = Array<number>(24).fill(0);
  for (const time of times) {
    const hour = new Date(time).getUTCHours();
    activity_by_hour[hour] = (activity_by_hour[hour] ?? 0) + 1;
  }
  const sessions = sessionLengths(times);
  const failed = actions.filter((action) => !action.success).length;
  return {
    total_actions: total,
    based_on: {
      actions: actions.length,
      from: actions.at(-1)?.timestamp ?? null,
      to: actions[0]?.timestamp ?? null,
    },
    success_rate: actions.length > 0 ? 1 - failed / actions.length : null,
    top_actions: rank(actions.map((action) => action.action_type)),
    top_services: rank(actions.map((action) => action.service_name)),
    activity_by_hour,
    sessions: { count: sessions.length, median_length: median(sessions) },
    median_gap: median(times.slice(1).map((time, index) => time - (times[index] ?? time))),
    last_seen: actions[0]?.timestamp ?? null,
  };
}

/** Lengths in ms of the runs of ascending times without a gap of {@link SESSION_GAP}. */
function sessionLengths(times: readonly number[]): number[] {
  const lengths: number[] = [];
  let start: number | undefined;
  let last = 0;
  for (const time of times) {
    if (start === undefined) start = time;
    else if (time - last >= SESSION_GAP) {
      lengths.push(last - start);
      start = time;
    }
    last = time;
  }
  if (start !== undefined) lengths.push(last - start);
  return lengths;
}

function rank(names: readonly string[]): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .slice(0, TOP);
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
