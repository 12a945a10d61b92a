import { ANONYMOUS } from '../contract/action.js';
import type { BehaviorPatterns } from '../contract/behaviour.js';
import { readRollups } from '../store/rollups/read-rollups.js';
import { analyseBehaviour } from './behaviour/analyse-behaviour.js';
import { actionSource } from './lists/action-source.js';
import { behaviourActions } from './lists/behaviour-source.js';
import { type ReadPools, readPage } from './lists/read-pages.js';
import { jsonWriter } from './lists/row-text.js';
import { getUserDays } from './queries/get-user-days.js';

const RECENT = 100;
/**
 * Actions that the analysis reads: months of most people, in 25 ms. Somebody of more than 300 a day has no habits of a week in them anyway, so half as many
 * do.
 */
const READ = 2_000;
const READ_OF_BUSY = 1_000;
const BUSY_A_DAY = 300;
const WEEK = 7;

/** What one person does. */
export interface UserAnswer {
  /** JSON texts of up to 100 actions, newest first. */
  recentActions: string[];
  behaviour: BehaviorPatterns;
}

/** A person's recent actions, and what up to 2,000 of them and the person's days show. */
export async function answerUser(
  pools: ReadPools,
  userId: string,
  timezone: string,
  now: number,
): Promise<UserAnswer> {
  const [recent, { days, total, actions }] = await Promise.all([
    readPage(actionSource, { user_id: userId }, { pools, now, most: RECENT }),
    daysAndActions(pools, userId, now),
  ]);
  const behaviour = analyseBehaviour({ actions, days, total, timezone, now });
  return {
    recentActions: recent.map(jsonWriter(actionSource.fields)),
    // Many people under one name have no past of their own.
    behaviour: userId === ANONYMOUS ? { ...behaviour, unusual: [] } : behaviour,
  };
}

async function daysAndActions(pools: ReadPools, userId: string, now: number) {
  const { days, total } = await readRollups(pools.reader, (pending, ask) =>
    getUserDays(ask, pending, userId, now),
  );
  const aDay = days.slice(-WEEK).reduce((sum, day) => sum + day.actions, 0) / WEEK;
  const most = aDay > BUSY_A_DAY ? READ_OF_BUSY : READ;
  return { days, total, actions: await behaviourActions(pools, userId, now, most) };
}
