import type { Finding } from '../../../contract/behaviour.js';
import { binomialTail, type Log10 } from '../statistics/tails.js';
import { makeFinding } from './make-finding.js';
import type { OwnPast } from './own-past.js';
import { runsWithin } from './runs-within.js';

const RAISE_AT: Log10 = -3;
const LEAST_FAILED = 5;
const SPAN = 10 * 60_000;
/**
 * One login in five fails, of somebody of whom none is known: a Beta(1, 4) prior. Five failures in a row are then 1 in 3,000: the least that is
 * said, and why five.
 */
const PRIOR_FAILED = 1;
const PRIOR_LOGINS = 5;

/**
 * Many failed logins within 10 minutes. The chance is the binomial tail of the failures among the logins from the first of them to the last, at the
 * share that failed before. (A success after them is no comfort: it may be the guess that hit.)
 */
export function failedLogins({ past, recent, meaning }: OwnPast): Finding | null {
  const logins = recent.filter(meaning.login);
  const failed = logins.filter(({ success }) => !success);
  let worst = { from: 0, to: -1 };
  for (const run of runsWithin(failed, SPAN)) {
    if (run.to - run.from >= worst.to - worst.from) worst = run;
  }
  const shown = failed.slice(worst.from, worst.to + 1);
  const [first, last] = [shown.at(0), shown.at(-1)];
  if (shown.length < LEAST_FAILED || first === undefined || last === undefined) return null;
  const tried = logins.slice(logins.indexOf(first), logins.indexOf(last) + 1).length;
  const before = past.filter(meaning.login);
  const failedBefore = before.filter(({ success }) => !success).length;
  const share = (failedBefore + PRIOR_FAILED) / (before.length + PRIOR_LOGINS);
  const chance = binomialTail(shown.length, tried, share);
  if (chance > RAISE_AT) return null;
  const succeeded = logins.some(({ success, timestamp }) => success && timestamp >= last.timestamp);
  return makeFinding('failed_logins', {
    reason: `${shown.length} failed logins within 10 minutes, ${succeeded ? 'and then one that succeeded' : 'none after them succeeded'}; before, ${failedBefore} of ${before.length} failed`,
    chance,
    actions: shown,
    since: first.timestamp,
  });
}
