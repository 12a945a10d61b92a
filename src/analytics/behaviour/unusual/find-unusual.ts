import type { Finding } from '../../../contract/behaviour.js';
import { DAY, dayOf } from '../user-day.js';
import { activityBurst } from './activity-burst.js';
import { byScore } from './by-score.js';
import { failedLogins } from './failed-logins.js';
import { failureSpike } from './failure-spike.js';
import { machineLikeRegularity } from './machine-like-regularity.js';
import { manyAddresses } from './many-addresses.js';
import { newDeviceSensitive } from './new-device-sensitive.js';
import { type OwnPast, ownPast, type PersonInput } from './own-past.js';
import { unusualHour } from './unusual-hour.js';

const detectors: readonly ((person: OwnPast) => Finding | null)[] = [
  (person) => activityBurst(person, person.actions),
  recentFailures,
  newDeviceSensitive,
  failedLogins,
  unusualHour,
  manyAddresses,
  machineLikeRegularity,
];

/** What the last 24 hours (or the last full day) have that the person's own past does not, highest score first. */
export function findUnusual(input: PersonInput): Finding[] {
  const person = ownPast(input);
  return byScore(detectors.map((detect) => detect(person)));
}

/** The last 24 hours against the days before the day in which they began. */
function recentFailures({ recent, days, now }: OwnPast): Finding | null {
  const began = dayOf(now - DAY);
  const failed = recent.filter(({ success }) => !success);
  return failureSpike({
    recent: {
      actions: recent.length,
      failures: failed.length,
      since: now - DAY,
      when: 'in the last 24 hours',
    },
    past: days.filter(({ day, actions }) => day < began && actions > 0),
    failed,
  });
}
