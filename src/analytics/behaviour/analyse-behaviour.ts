import type { BehaviorPatterns } from '../../contract/behaviour.js';
import { addresses } from './addresses.js';
import { type BehaviourAction, oldestFirst } from './behaviour-action.js';
import { devices } from './devices.js';
import { countByHour, countByHourOfWeek, localHours } from './hour-of-week.js';
import { median } from './median.js';
import { rank } from './rank.js';
import { sessionLengths } from './sessions.js';
import { topErrors } from './top-errors.js';
import { transitions } from './transitions.js';
import { trend } from './trend.js';
import { findUnusual } from './unusual/find-unusual.js';
import type { UserDay } from './user-day.js';
import { zoneOffsets } from './zone-offsets.js';

const TOP = 10;

export interface BehaviourInput {
  /** The person's most recent actions, up to 2,000. */
  actions: readonly BehaviourAction[];
  /** The person's days with actions, of the last 90. */
  days: readonly UserDay[];
  /** How many actions are stored in all. */
  total: number;
  /** IANA name, which the caller has checked; UTC by default. */
  timezone?: string | undefined;
  /** Unix ms. */
  now: number;
}

/** What a person's recent actions and days show, purely. */
export function analyseBehaviour(input: BehaviourInput): BehaviorPatterns {
  const { days, total, timezone = 'UTC', now } = input;
  const actions = oldestFirst(input.actions);
  const times = actions.map(({ timestamp }) => timestamp);
  const hours = times.map(localHours(zoneOffsets(timezone)));
  const week = countByHourOfWeek(hours);
  const sessions = sessionLengths(times);
  const failed = actions.filter(({ success }) => !success).length;
  const [first, last] = [actions.at(0), actions.at(-1)].map((action) =>
    action ? new Date(action.timestamp).toISOString() : null,
  );
  return {
    total_actions: total,
    based_on: { actions: actions.length, from: first ?? null, to: last ?? null },
    timezone,
    success_rate: actions.length > 0 ? 1 - failed / actions.length : null,
    failure_rate: actions.length > 0 ? failed / actions.length : null,
    top_actions: rank(
      actions.map(({ action_type }) => action_type),
      TOP,
    ),
    top_services: rank(
      actions.map(({ service_name }) => service_name),
      TOP,
    ),
    top_errors: topErrors(actions),
    activity_by_hour: countByHour(week),
    activity_by_hour_of_week: week,
    sessions: { count: sessions.length, median_length: median(sessions) },
    transitions: transitions(actions),
    devices: devices(actions),
    addresses: addresses(actions),
    trend: trend(days, now),
    median_gap: median(times.slice(1).map((time, index) => time - (times[index] ?? time))),
    last_seen: last ?? null,
    unusual: findUnusual({ actions, hours, days, timezone, now }),
  };
}
