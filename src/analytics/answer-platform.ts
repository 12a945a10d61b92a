import type pg from 'pg';
import type { z } from 'zod';
import type { platformAnalyticsSchema } from '../contract/analytics.js';
import type { SpanQuery } from '../contract/span.js';
import type { CallStats } from '../store/rollups/rollup-delta.js';
import type { RollupMemory } from '../store/rollups/rollup-memory.js';
import { changeOf, failureRate, rankBy, successRate } from './figures.js';
import { countDistinctUsers } from './queries/count-distinct-users.js';
import { getActivity } from './queries/get-activity.js';
import { getErrors } from './queries/get-errors.js';
import { getServiceStats } from './queries/get-service-stats.js';
import { readWindow } from './read-window.js';
import { serviceFigures } from './service-figures.js';
import { spanAnswer } from './span-answer.js';

export type PlatformAnalytics = z.output<typeof platformAnalyticsSchema>;

const TOP = 10;

/** How the platform did in a span, and against the one before: from the rollups alone, but for ragged ends. */
export function answerPlatform(
  pool: pg.Pool,
  memory: RollupMemory,
  query: SpanQuery,
  now: number,
): Promise<PlatformAnalytics> {
  return readWindow(pool, memory, query, now, async ({ window, current, before, newestAt, ask }) => {
    const [services, activity, users, errors, { total: totalBefore }, servicesBefore, usersBefore] =
      await Promise.all([
        getServiceStats(ask, memory, current),
        getActivity(ask, memory, current),
        countDistinctUsers(ask, memory, current),
        getErrors(ask, memory, current, TOP),
        getActivity(ask, memory, before),
        getServiceStats(ask, memory, before),
        countDistinctUsers(ask, memory, before),
      ]);
    const { total } = activity;
    const span = spanAnswer(window, query.timezone, newestAt);
    const hours = (span.end - window.span.from) / (window.previous.to - window.previous.from);
    const { calls } = callTotal(services);
    const callsBefore = callTotal(servicesBefore);
    const unique = users.get('') ?? 0;
    const uniqueBefore = usersBefore.get('') ?? 0;
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
        call_count: callsBefore.calls,
        avg_response_time: callsBefore.calls > 0 ? callsBefore.sum / callsBefore.calls : null,
      },
      change: {
        total_actions: changeOf(total.actions / hours, totalBefore.actions),
        // People are not a rate: twice the hours are not twice the people.
        unique_users: changeOf(unique, uniqueBefore),
        failure_rate: changeOf(
          failureRate(total.actions, total.failures),
          failureRate(totalBefore.actions, totalBefore.failures),
        ),
        call_count: changeOf(calls / hours, callsBefore.calls),
      },
      service_metrics: serviceFigures(services, servicesBefore, hours),
      user_types: rankBy(activity.userTypes, (stats) => stats.actions).map(([user_type, stats]) => ({
        user_type,
        actions: stats.actions,
        failures: stats.failures,
        success_rate: successRate(stats.actions, stats.failures),
        unique_users: users.get(user_type) ?? 0,
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

function callTotal(services: ReadonlyMap<string, CallStats>): { calls: number; sum: number } {
  const total = { calls: 0, sum: 0 };
  for (const { calls, sum } of services.values()) {
    total.calls += calls;
    total.sum += sum;
  }
  return total;
}
