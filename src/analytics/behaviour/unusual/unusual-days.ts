import type { Finding } from '../../../contract/behaviour.js';
import type { UserDay } from '../user-day.js';
import { activityBurst } from './activity-burst.js';
import { byScore } from './by-score.js';
import { dayHistory } from './day-history.js';
import { failureSpike } from './failure-spike.js';

/**
 * What is unusual about somebody's today and last full day as far as day totals tell: bursts and failures. For lists over many people, whose actions
 * nobody reads; so findings name no actions. About 20 µs a person.
 */
export function unusualDays({ days, now }: { days: readonly UserDay[]; now: number }): Finding[] {
  const { judged, past } = dayHistory(days, now);
  const sum = (count: (day: UserDay) => number) => judged.reduce((total, day) => total + count(day), 0);
  return byScore([
    activityBurst({ days, now }),
    failureSpike({
      recent: {
        actions: sum(({ actions }) => actions),
        failures: sum(({ failures }) => failures),
        since: judged.at(-1)?.day ?? now,
        when: 'today and yesterday (UTC)',
      },
      past,
    }),
  ]);
}
