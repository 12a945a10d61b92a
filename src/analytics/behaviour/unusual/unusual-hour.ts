import type { Finding } from '../../../contract/behaviour.js';
import { dayNames, HOURS_OF_DAY, hourOfDay, hourOfWeek, type LocalHour } from '../hour-of-week.js';
import { median } from '../median.js';
import type { Log10 } from '../statistics/tails.js';
import { createHourHabits } from './hour-habits.js';
import { makeFinding } from './make-finding.js';
import type { OwnPast } from './own-past.js';

/**
 * 1 in 30: a past of 90 days can hardly say less than 1 in 100, so what is found scores low, 0.29 and up. «Nearly nothing» below makes it rarer
 * than that: 5 of 1,000 ordinary people.
 */
const RAISE_AT: Log10 = Math.log10(1 / 30);
const LEAST_PAST_DAYS = 14;
const LEAST_PAST_HOURS = 60;
/** Fewer actions in the hour are an app's that woke up by itself. */
const LEAST_ACTIONS = 3;
/** «Nearly nothing» is this share of what the person's middling active hour has around it. */
const NEARLY_NOTHING = 0.1;

/**
 * Active at a time of the week at which the past has nearly nothing. How odd an hour is comes from {@link createHourHabits}; the chance is the
 * conformal p-value (Shafer & Vovk 2008): how many of the past's own active hours are at least as odd, each measured by the others. It
 * needs no model of the week, and a person without habits has many odd hours. Multiplied by the visits of the day (Bonferroni).
 */
export function unusualHour({ recent, recentHours, pastHours, timezone }: OwnPast): Finding | null {
  const slots = [...new Set(pastHours)].sort((a, b) => a - b);
  const days = new Set(slots.map((hour) => Math.floor(hour / HOURS_OF_DAY))).size;
  if (slots.length < LEAST_PAST_HOURS || days < LEAST_PAST_DAYS) return null;
  const habits = createHourHabits(slots);
  const past = slots.map(habits.aroundOwn);
  const [oddest] = oftenEnough(recentHours)
    .map((hour) => ({ hour, around: habits.around(hour) }))
    .sort((a, b) => a.around - b.around || a.hour - b.hour);
  if (oddest === undefined || oddest.around > NEARLY_NOTHING * (median(past) ?? 0)) return null;
  const asOdd = past.filter((around) => around <= oddest.around).length;
  const chance = Math.log10((visits(recentHours) * (asOdd + 1)) / (slots.length + 1));
  if (chance > RAISE_AT) return null;
  const shown = recent.filter((_, index) => recentHours[index] === oddest.hour);
  const clock = `${dayNames[Math.floor(hourOfWeek(oddest.hour) / HOURS_OF_DAY)]} ${String(hourOfDay(oddest.hour)).padStart(2, '0')}:00`;
  return makeFinding('unusual_hour', {
    reason: `${shown.length} actions in the hour of ${clock} (${timezone}); of ${slots.length} active hours on ${days} earlier days, ${habits.near(oddest.hour)} were within two hours of that time of the week`,
    chance,
    actions: shown,
    since: shown[0]?.timestamp ?? 0,
  });
}

function oftenEnough(hours: readonly LocalHour[]): LocalHour[] {
  const counts = new Map<LocalHour, number>();
  for (const hour of hours) counts.set(hour, (counts.get(hour) ?? 0) + 1);
  return [...counts].flatMap(([hour, count]) => (count >= LEAST_ACTIONS ? [hour] : []));
}

/** Runs of active hours: the hours of one visit are odd, or not, together. */
const visits = (ascending: readonly LocalHour[]): number =>
  ascending.filter((hour, index) => index === 0 || hour - (ascending[index - 1] ?? hour) > 1).length;
