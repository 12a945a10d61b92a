import type pg from 'pg';
import type { z } from 'zod';
import type { platformAnalyticsSchema } from '../contract/analytics.js';
import type { SpanQuery } from '../contract/span.js';
import { cutSpan } from '../store/rollups/cut-span.js';
import type { DistinctSet } from '../store/rollups/distinct-set.js';
import { readRollups } from '../store/rollups/read-rollups.js';
import type { UserSets } from '../store/rollups/user-sets.js';
import { changeOf, failureRate, rankBy, successRate } from './figures.js';
import { getActivity, getActivityTotal } from './queries/get-activity.js';
import { getCallCounts } from './queries/get-call-counts.js';
import { getDistinctUsers } from './queries/get-distinct-users.js';
import { getErrors } from './queries/get-errors.js';
import { getNewestAt } from './queries/get-newest-at.js';
import { getServiceStats } from './queries/get-service-stats.js';
import { serviceFigures } from './service-figures.js';
import { spanAnswer } from './span-answer.js';
import { windowOf } from './window.js';

export type PlatformAnalytics = z.output<typeof platformAnalyticsSchema>;

const TOP = 10;

/** How the platform did in a span, and against the one before: from the rollups alone, but for ragged ends. */
export function answerPlatform(
  pool: pg.Pool,
  sets: UserSets,
  query: SpanQuery,
  now: number,
): Promise<PlatformAnalytics> {
  return readRollups(pool, async (pending, ask, { minutesSince }) => {
    const window = windowOf(query, now, minutesSince);
    const [current, before] = await Promise.all([
      cutSpan(pool, window.span, window.smallest, pending),
      cutSpan(pool, window.previous, window.smallest, pending),
    ]);
    const [services, activity, users, errors, totalBefore, callsBefore, usersBefore, newestAt] =
      await Promise.all([
        getServiceStats(ask, current.runs, current.rest),
        getActivity(ask, current.runs, current.rest),
        getDistinctUsers(ask, sets, current),
        getErrors(ask, current.runs, current.rest, TOP),
        getActivityTotal(ask, before.runs, before.rest),
        getCallCounts(ask, before.runs, before.rest),
        getDistinctUsers(ask, sets, before, ['']),
        getNewestAt(ask, window),
      ]);
    const { total } = activity;
    const span = spanAnswer(window, query.timezone, Math.max(activity.lastAt, newestAt));
    const hours = (span.end - window.span.from) / (window.previous.to - window.previous.from);
    const platformBefore = callsBefore.get('') ?? { calls: 0, failures: 0, sum: 0 };
    let calls = 0;
    for (const stats of services.values()) calls += stats.calls;
    const unique = count(users, '');
    const uniqueBefore = count(usersBefore, '');
    return {
      ...span.fields,
      user_activity: {
        total_actions: total.actions,
        unique_users: unique,
        success_rate: successRate(total.actions, total.failures),
        failures: total.failures,
      },
      previous: {
        from: new Date(window.previous.from).toISOString(),
        to: new Date(window.previous.to).toISOString(),
        total_actions: totalBefore.actions,
        unique_users: uniqueBefore,
        failures: totalBefore.failures,
        success_rate: successRate(totalBefore.actions, totalBefore.failures),
        call_count: platformBefore.calls,
        avg_response_time: platformBefore.calls > 0 ? platformBefore.sum / platformBefore.calls : null,
      },
      change: {
        total_actions: changeOf(total.actions / hours, totalBefore.actions),
        // People are not a rate: twice the hours are not twice the people.
        unique_users: changeOf(unique, uniqueBefore),
        failure_rate: changeOf(
          failureRate(total.actions, total.failures),
          failureRate(totalBefore.actions, totalBefore.failures),
        ),
        call_count: changeOf(calls / hours, platformBefore.calls),
      },
      service_metrics: serviceFigures(services, callsBefore, hours),
      user_types: rankBy(activity.userTypes, (stats) => stats.actions).map(([user_type, stats]) => ({
        user_type,
        actions: stats.actions,
        failures: stats.failures,
        success_rate: successRate(stats.actions, stats.failures),
        unique_users: count(users, user_type),
      })),
      top_actions: rankBy(activity.actionTypes, (stats) => stats.actions)
        .slice(0, TOP)
        .map(([action_type, stats]) => ({
          action_type,
          actions: stats.actions,
          failures: stats.failures,
          success_rate: successRate(stats.actions, stats.failures),
        })),
      top_errors: errors,
    };
  });
}

const count = (users: ReadonlyMap<string, DistinctSet>, userType: string): number =>
  users.get(userType)?.count ?? 0;
