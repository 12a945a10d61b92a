import type { Run } from '../../store/rollups/grains.js';
import type { Ask } from '../../store/rollups/read-rollups.js';
import { type ActivityStats, at, type BucketDelta } from '../../store/rollups/rollup-delta.js';
import { runArrays } from '../../store/rollups/run-arrays.js';

/** What was done in a span. */
export interface Activity {
  total: ActivityStats;
  userTypes: Map<string, ActivityStats>;
  actionTypes: Map<string, ActivityStats>;
  /** Unix ms of the newest action; 0 without one. */
  lastAt: number;
}

interface ActivityRow extends ActivityStats {
  user_type: string;
  action_type: string;
  last_at: number;
}

const none = (): ActivityStats => ({ actions: 0, failures: 0 });

/** How many actions there were, by user type and by action type. */
export async function getActivity(ask: Ask, runs: readonly Run[], rest: BucketDelta): Promise<Activity> {
  const rows = await ask<ActivityRow>(
    'activity',
    `SELECT user_type, action_type, sum(actions)::float8 AS actions, sum(failures)::float8 AS failures,
            extract(epoch FROM max(last_at))::float8 * 1000 AS last_at
     FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) AS run (grain, starts, ends)
     JOIN activity_rollups AS stored ON stored.grain = run.grain AND stored.bucket >= run.starts AND stored.bucket < run.ends
     WHERE action_type <> ''
     GROUP BY user_type, action_type`,
    runArrays(runs),
  );
  const activity: Activity = {
    total: none(),
    userTypes: new Map(),
    actionTypes: new Map(),
    lastAt: rest.last_at,
  };
  for (const row of rows) {
    add(activity, row.user_type, row.action_type, row);
    activity.lastAt = Math.max(activity.lastAt, Math.round(row.last_at));
  }
  for (const [userType, types] of rest.activity) {
    for (const [actionType, stats] of types) add(activity, userType, actionType, stats);
  }
  return activity;
}

function add(activity: Activity, userType: string, actionType: string, stats: ActivityStats): void {
  for (const sum of [
    activity.total,
    at(activity.userTypes, userType, none),
    at(activity.actionTypes, actionType, none),
  ]) {
    sum.actions += stats.actions;
    sum.failures += stats.failures;
  }
}

/** The same without what it consists of: what a change is measured against. */
export async function getActivityTotal(
  ask: Ask,
  runs: readonly Run[],
  rest: BucketDelta,
): Promise<ActivityStats> {
  const [row] = await ask<ActivityStats>(
    'activity total',
    `SELECT coalesce(sum(actions), 0)::float8 AS actions, coalesce(sum(failures), 0)::float8 AS failures
     FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) AS run (grain, starts, ends)
     JOIN activity_rollups AS stored ON stored.grain = run.grain AND stored.bucket >= run.starts AND stored.bucket < run.ends
     WHERE user_type = '' AND action_type = ''`,
    runArrays(runs),
  );
  const total = row ?? none();
  for (const types of rest.activity.values()) {
    for (const stats of types.values()) {
      total.actions += stats.actions;
      total.failures += stats.failures;
    }
  }
  return total;
}
