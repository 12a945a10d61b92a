import { ANONYMOUS } from '../contract/action.js';
import type { BehaviorPatterns } from '../contract/behaviour.js';
import { bucketOf, DAY } from '../store/rollups/grains.js';
import { readRollups } from '../store/rollups/read-rollups.js';
import { analyseBehaviour } from './behaviour/analyse-behaviour.js';
import type { UserDay } from './behaviour/user-day.js';
import { actionSource } from './lists/action-source.js';
import { behaviourActions } from './lists/behaviour-source.js';
import type { ReadFrom } from './lists/list-source.js';
import { seekUser } from './lists/look-up-actions.js';
import { readPage } from './lists/read-pages.js';
import { jsonWriter } from './lists/row-text.js';
import { MOST_SOUGHT } from './lists/seek-rows.js';
import { foldedDays, userDaysOf } from './queries/user-days.js';

const RECENT = 100;
/**
 * Actions that the analysis reads: months of most people, in 25 ms. Somebody of more than 300 a day has no habits of a week in them anyway, so half as many
 * do.
 */
const READ = 2_000;
const READ_OF_BUSY = 1_000;
const BUSY_A_DAY = 300;
const WEEK = 7;
/** How many days back a person's own past goes. */
const PAST_DAYS = 90;

/** What one person does. */
export interface UserAnswer {
  /** JSON texts of up to 100 actions, newest first. */
  recentActions: string[];
  behaviour: BehaviorPatterns;
}

/** A person's recent actions, and what up to 2,000 of them and the person's days show. */
export async function answerUser(
  from: ReadFrom,
  userId: string,
  timezone: string,
  now: number,
): Promise<UserAnswer> {
  const days = await readRollups(
    from.reader,
    from.memory,
    (pending, _ask, { along }) => userDaysOf((along[0] ?? []) as UserDay[], pending, userId),
    [foldedDays(userId)],
  );
  const total = days.reduce((sum, { actions }) => sum + actions, 0);
  const known = {
    days: new Map(days.map(({ day, actions }) => [day, { most: actions, found: actions }])),
    exact: true,
    seek: total <= MOST_SOUGHT ? seekUser(userId) : undefined,
  };
  const [recent, actions] = await Promise.all([
    readPage(actionSource, { user_id: userId }, { from, now, most: RECENT, known }),
    behaviourActions(from, userId, { now, most: isBusy(days) ? READ_OF_BUSY : READ, known }),
  ]);
  const since = bucketOf(DAY, now) - PAST_DAYS * DAY * 1_000;
  const past = days.filter(({ day }) => day >= since);
  const behaviour = analyseBehaviour({ actions, days: past, total, timezone, now });
  return {
    recentActions: recent.map(jsonWriter(actionSource.fields)),
    // Many people under one name have no past of their own.
    behaviour: userId === ANONYMOUS ? { ...behaviour, unusual: [] } : behaviour,
  };
}

const isBusy = (days: readonly UserDay[]): boolean =>
  days.slice(-WEEK).reduce((sum, { actions }) => sum + actions, 0) > BUSY_A_DAY * WEEK;
