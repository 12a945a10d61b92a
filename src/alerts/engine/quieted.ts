import { DateTime } from 'luxon';
import type { Severity } from '../../contract/alert.js';
import type { RuleInput } from '../../contract/alert-rule.js';
import type { Group } from './group.js';

/** Who is not to be called: every part that is given must fit. Times are Unix ms. */
export interface Silence {
  rule_id: string | null;
  severity: string | null;
  group: Group;
  from: number;
  until: number;
}

export interface Silenceable {
  rule_id: string;
  severity: Severity;
  group: Group;
}

/** Whether a silence is for this, now. */
export const silences = (silence: Silence, alert: Silenceable, at: number): boolean =>
  silence.from <= at &&
  at < silence.until &&
  (silence.rule_id === null || silence.rule_id === alert.rule_id) &&
  (silence.severity === null || silence.severity === alert.severity) &&
  Object.entries(silence.group).every(([label, value]) => alert.group[label] === value);

type QuietHours = RuleInput['quiet_hours'][number];

/** Whether a time (Unix ms) is within one of some quiet hours, by the clock of their zone: an hour that a change of the clock leaves out is not there. */
export const isQuiet = (hours: readonly QuietHours[], at: number): boolean =>
  hours.some((one) => isWithin(one, at));

function isWithin({ days, from, to, timezone }: QuietHours, at: number): boolean {
  const here = DateTime.fromMillis(at, { zone: timezone });
  const now = here.toFormat('HH:mm');
  // Those that end on the next day began on the day before, in the morning.
  const overnight = to <= from;
  if (overnight && now < to) return days.includes(here.minus({ days: 1 }).weekday);
  return now >= from && (overnight || now < to) && days.includes(here.weekday);
}
