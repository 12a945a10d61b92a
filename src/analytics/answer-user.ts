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

/** What one person does. */
export interface UserAnswer {
  /** JSON texts of up to 100 actions, newest first. */
  recentActions: string[];
  behaviour: BehaviorPatterns;
}

/** A person's recent actions, and what 2,000 of them and the person's days show. */
export async function answerUser(
  pools: ReadPools,
  userId: string,
  timezone: string,
  now: number,
): Promise<UserAnswer> {
  const [recent, actions, { days, total }] = await Promise.all([
    readPage(actionSource, { user_id: userId }, { pools, now, most: RECENT }),
    behaviourActions(pools, userId, now),
    readRollups(pools.reader, (pending, ask) => getUserDays(ask, pending, userId, now)),
  ]);
  const behaviour = analyseBehaviour({ actions, days, total, timezone, now });
  return {
    recentActions: recent.map(jsonWriter(actionSource.fields)),
    // Many people under one name have no past of their own.
    behaviour: userId === ANONYMOUS ? { ...behaviour, unusual: [] } : behaviour,
  };
}
