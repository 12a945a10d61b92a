import type { BehaviourAction } from '../behaviour-action.js';
import type { LocalHour } from '../hour-of-week.js';
import { DAY, type UserDay } from '../user-day.js';
import { type ActionMeaning, createActionMeaning } from './action-meaning.js';

/** What is judged: the last 24 hours. All before it is the past it is judged by. */
const RECENT = DAY;

export interface PersonInput {
  /** Oldest first. */
  actions: readonly BehaviourAction[];
  /** The local hour of each action. */
  hours: readonly LocalHour[];
  days: readonly UserDay[];
  timezone: string;
  now: number;
}

/** A person as the detectors see one. */
export interface OwnPast extends PersonInput {
  /** Oldest first, both. */
  recent: readonly BehaviourAction[];
  past: readonly BehaviourAction[];
  pastHours: readonly LocalHour[];
  recentHours: readonly LocalHour[];
  meaning: ActionMeaning;
}

export function ownPast(person: PersonInput): OwnPast {
  const { actions, hours, now } = person;
  const found = actions.findIndex(({ timestamp }) => timestamp > now - RECENT);
  const split = found === -1 ? actions.length : found;
  return {
    ...person,
    past: actions.slice(0, split),
    recent: actions.slice(split),
    pastHours: hours.slice(0, split),
    recentHours: hours.slice(split),
    meaning: createActionMeaning(),
  };
}
