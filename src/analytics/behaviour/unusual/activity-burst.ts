import type { Finding } from '../../../contract/behaviour.js';
import type { BehaviourAction } from '../behaviour-action.js';
import { median } from '../median.js';
import { type Log10, studentTail } from '../statistics/tails.js';
import { DAY, dayOf, type UserDay } from '../user-day.js';
import { type DayHistory, dayHistory } from './day-history.js';
import { makeFinding } from './make-finding.js';

const RAISE_AT: Log10 = -3;
const LEAST_PAST_DAYS = 10;
const LEAST_ACTIONS = 50;
/** Ordinary days differ by a third from each other, however alike the few that were seen. */
const LEAST_SPREAD = 0.3;
/** From a median absolute deviation to the standard deviation of a normal distribution. */
const MAD_TO_DEVIATION = 1.4826;
/** The MAD knows the spread as well as the deviation of 0.37 times as many values would (Rousseeuw & Croux 1993). */
const MAD_EFFICIENCY = 0.37;

/**
 * Today so far, or the last full day, against the person's own days with actions: the modified z-score (Iglewicz & Hoaglin 1993: median and MAD,
 * which past bursts do not move), of logarithms, because busy people vary in proportion. Its tail is Student's with the degrees of freedom
 * that the MAD has, so a short past convinces less: 10 even days have to be exceeded 20-fold, 20 days 5-fold, 60 days 3-fold.
 */
export function activityBurst(
  { days, now }: { days: readonly UserDay[]; now: number },
  actions: readonly BehaviourAction[] = [],
): Finding | null {
  const history = dayHistory(days, now);
  const worst = worstDay(history);
  if (worst === null || worst.chance > RAISE_AT) return null;
  const { day, chance, usual } = worst;
  const when =
    day.day === dayOf(now) ? 'today so far' : `on ${new Date(day.day).toISOString().slice(0, 10)} (UTC)`;
  return makeFinding('activity_burst', {
    reason: `${day.actions} actions ${when}; on ${history.past.length} earlier days with actions the usual number is ${usual}`,
    chance,
    actions: actions.filter(({ timestamp }) => timestamp >= day.day && timestamp < day.day + DAY),
    since: day.day,
  });
}

function worstDay({ judged, past }: DayHistory): { day: UserDay; chance: Log10; usual: number } | null {
  if (past.length < LEAST_PAST_DAYS) return null;
  const usual = median(past.map(({ actions }) => actions)) ?? 0;
  const centre = Math.log(usual);
  const mad = median(past.map(({ actions }) => Math.abs(Math.log(actions) - centre))) ?? 0;
  // Counting adds a Poisson share of its own, which matters to those with few actions a day.
  const spread = Math.sqrt(Math.max(LEAST_SPREAD, MAD_TO_DEVIATION * mad) ** 2 + 1 / usual);
  const freedom = Math.max(3, MAD_EFFICIENCY * past.length);
  // Two days are looked at: either may be unusual by chance.
  const chanceOf = (actions: number) =>
    Math.log10(2) + studentTail((Math.log(actions) - centre) / spread, freedom);
  return (
    judged
      .filter(({ actions }) => actions >= LEAST_ACTIONS)
      .map((day) => ({ day, chance: chanceOf(day.actions), usual }))
      .sort((a, b) => a.chance - b.chance)[0] ?? null
  );
}
