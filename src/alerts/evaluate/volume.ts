import type { ConditionOf } from '../../contract/alert-rule.js';
import type { MinuteFigures } from '../../store/rollups/minute-figures.js';
import { type Group, groupKey } from '../engine/group.js';
import type { Observation } from '../engine/observation.js';
import { callsByGroup, forgetBefore, LATE } from './call-window.js';
import { type Evaluator, MINUTE } from './evaluator.js';
import { Groups } from './groups.js';
import { counted, groupName, overMinutes } from './plain-words.js';

/** Minutes after which a group that says nothing is taken for one that is no more. */
const REMEMBERED = 1_440;

type Volume = ConditionOf<'volume'>;

/** Too much of something, too little, or nothing at all where there was something in the 24 hours before. */
export function volume(condition: Volume): Evaluator {
  const { window_minutes, absent, min_before } = condition;
  const minutesKept = absent && min_before > 1 ? window_minutes + REMEMBERED : window_minutes;
  const kept = new Map<number, Map<string, number>>();
  /** The minute in which a group was seen last. */
  const lastSeen = new Map<string, { group: Group; at: number }>();
  const whole = wholeOf(condition);
  const calls = new Groups(condition);
  return {
    every: MINUTE,
    lookback: absent ? REMEMBERED + window_minutes : window_minutes,
    push(minute) {
      const counts = new Map<string, number>();
      for (const [key, { group, count }] of countsOf(minute, condition, calls)) {
        counts.set(key, count);
        if (minute.at >= (lastSeen.get(key)?.at ?? 0)) lastSeen.set(key, { group, at: minute.at });
      }
      kept.set(minute.at, counts);
      forgetBefore(kept, minute.at - (minutesKept + LATE) * MINUTE);
    },
    observe(at) {
      for (const [key, seen] of lastSeen) if (seen.at < at - REMEMBERED * MINUTE) lastSeen.delete(key);
      const groups = new Map([...lastSeen].map(([key, { group }]) => [key, group]));
      // What is all of something is judged even where there never was any: «below 1» must hold then. Absence needs a past.
      if (whole && !absent) groups.set(groupKey(whole), whole);
      const begin = at - window_minutes * MINUTE;
      return [...groups].flatMap(([key, group]) => {
        const count = countBetween(kept, key, begin, at);
        const isKnown = !absent || count > 0 || min_before === 1;
        if (!isKnown && countBetween(kept, key, begin - REMEMBERED * MINUTE, begin) < min_before) return [];
        return [judge(condition, group, count)];
      });
    },
  };
}

function countBetween(
  kept: ReadonlyMap<number, ReadonlyMap<string, number>>,
  key: string,
  from: number,
  to: number,
): number {
  let count = 0;
  for (let minute = from; minute < to; minute += MINUTE) count += kept.get(minute)?.get(key) ?? 0;
  return count;
}

/** The one group that there is where nothing is told apart. */
function wholeOf({
  of,
  group_by,
  service_name,
  method_name,
  action_type,
  user_type,
}: Volume): Group | undefined {
  if (of === 'calls' && group_by !== 'platform') return undefined;
  return Object.fromEntries(
    Object.entries({ service_name, method_name, action_type, user_type }).filter(
      ([, value]) => value !== undefined,
    ),
  ) as Group;
}

function countsOf(
  minute: MinuteFigures,
  condition: Volume,
  calls: Groups,
): Map<string, { group: Group; count: number }> {
  const counts = new Map<string, { group: Group; count: number }>();
  if (condition.of === 'calls') {
    for (const [key, { group, figures }] of callsByGroup(minute, calls, false)) {
      counts.set(key, { group, count: figures.calls + figures.untimed });
    }
    return counts;
  }
  const group = wholeOf(condition) ?? {};
  let count = 0;
  for (const { user_type, action_type, actions } of minute.activity) {
    if (condition.action_type !== undefined && action_type !== condition.action_type) continue;
    if (condition.user_type !== undefined && user_type !== condition.user_type) continue;
    count += actions;
  }
  if (count > 0) counts.set(groupKey(group), { group, count });
  return counts;
}

function judge(
  { of, above, below, absent, window_minutes }: Volume,
  group: Group,
  count: number,
): Observation {
  const what = of === 'calls' ? 'call' : 'action';
  const threshold = above ?? below ?? 0;
  const breached = absent ? count === 0 : above !== undefined ? count > above : count < threshold;
  const limit = absent
    ? 'there were some in the 24 hours before'
    : `${above !== undefined ? 'at most' : 'at least'} ${counted(threshold, what)} ${threshold === 1 ? 'is' : 'are'} expected`;
  const summary = () =>
    `${groupName(group)}: ${count === 0 ? `no ${what}s` : counted(count, what)} ${overMinutes(window_minutes)}; ${limit}`;
  return { group, breached, value: count, threshold, unit: `${what}s`, summary };
}
