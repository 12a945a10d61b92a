import { expect } from 'vitest';
import type { z } from 'zod';
import type {
  platformAnalyticsSchema,
  serviceAnalyticsSchema,
  servicesSchema,
  timeseriesSchema,
  usersSchema,
} from '../../../src/contract/analytics.js';
import type { TestApp } from '../../helpers/build-test-app.js';
import {
  type AnsweredSpan,
  type ExactActions,
  type ExactCalls,
  type ExactError,
  exactAnswers,
} from './exact-answers.js';

type Platform = z.output<typeof platformAnalyticsSchema>;
type Services = z.output<typeof servicesSchema>;
type Service = z.output<typeof serviceAnalyticsSchema>;
type Series = z.output<typeof timeseriesSchema>;
type Users = z.output<typeof usersSchema>;
type CallFigures = Pick<
  Services['services'][number],
  'call_count' | 'failures' | 'success_rate' | 'avg_response_time' | 'min' | 'max' | 'p50' | 'p95' | 'p99'
>;

const rate = (all: number, failures: number) => (all > 0 ? (all - failures) / all : null);

/** A sum of doubles depends on the order in which they were added, in its last digits. */
const near = (value: number) =>
  value === 0 ? 0 : expect.closeTo(value, 9 - Math.ceil(Math.log10(Math.abs(value))));

function expectPercentile(answer: number | null, exact: number, what: string): void {
  expect(Math.abs((answer ?? Number.NaN) - exact), `${what}: ${answer} for ${exact}`).toBeLessThanOrEqual(
    0.01 * exact + 1e-9,
  );
}

function expectCalls(
  answers: readonly (CallFigures & { name: string })[],
  exact: readonly ExactCalls[],
): void {
  expect(answers.map(({ name, call_count }) => [name, call_count])).toEqual(
    exact.map(({ name, call_count }) => [name, call_count]),
  );
  for (const [index, figures] of answers.entries()) {
    const row = exact[index];
    expect(figures).toMatchObject({
      failures: row?.failures,
      min: row?.min,
      max: row?.max,
      avg_response_time: near(row?.avg ?? Number.NaN),
      success_rate: rate(row?.call_count ?? 0, row?.failures ?? 0),
    });
    for (const name of ['p50', 'p95', 'p99'] as const)
      expectPercentile(figures[name], row?.[name] ?? Number.NaN, `${figures.name} ${name}`);
  }
}

/** Groups of equal size may come in any order, and any of them may be the last. */
function expectErrors(answers: Platform['top_errors'], exact: readonly ExactError[], most: number): void {
  expect(answers.map(({ failures }) => failures)).toEqual(
    exact.slice(0, most).map(({ failures }) => failures),
  );
  const byKey = new Map(exact.map((group) => [group.key, group]));
  for (const { service_name, method_name, message, failures, last_id } of answers) {
    const key = `${service_name} ${method_name} ${message}`;
    expect({ key, failures, last_id }).toEqual(byKey.get(key));
  }
}

/** Asks the service and compares each answer with what plain SQL says of the very span that it names. */
export const expectExact = async ({ app, db, adminToken }: TestApp) => {
  const exact = exactAnswers(db);
  const headers = { authorization: `Bearer ${await adminToken()}`, 'cache-control': 'no-cache' };
  const ask = async <Answer>(path: string, query: Record<string, string>): Promise<Answer> => {
    const response = await app.inject({ url: `/analytics${path}`, query, headers });
    expect(response.statusCode, response.body).toBe(200);
    return response.json<Answer>();
  };

  const platform = async (query: Record<string, string>): Promise<Platform> => {
    const answer = await ask<Platform>('', query);
    const [total, before, callsBefore, services, userTypes, actionTypes, errors] = await Promise.all([
      exact.total(answer),
      exact.total(answer.previous),
      exact.calls(answer.previous, 'service_name'),
      exact.calls(answer, 'service_name'),
      exact.actionsBy(answer, 'user_type'),
      exact.actionsBy(answer, 'action_type'),
      exact.errors(answer),
    ]);
    const { actions = 0, failures = 0, unique_users } = total ?? {};
    expect(answer.user_activity).toEqual({
      total_actions: actions,
      unique_users,
      failures,
      success_rate: rate(actions, failures),
    });
    const calls = callsBefore.reduce((sum, { call_count }) => sum + call_count, 0);
    const time = callsBefore.reduce((sum, { call_count, avg }) => sum + call_count * avg, 0);
    expect(answer.previous).toMatchObject({
      total_actions: before?.actions,
      unique_users: before?.unique_users,
      failures: before?.failures,
      success_rate: rate(before?.actions ?? 0, before?.failures ?? 0),
      call_count: calls,
      avg_response_time: calls > 0 ? near(time / calls) : null,
    });
    expectCalls(
      answer.service_metrics.map((row) => ({ ...row, name: row.service_name })),
      services,
    );
    const plain = ({ name, actions, failures }: ExactActions) => ({
      actions,
      failures,
      success_rate: rate(actions, failures),
      name,
    });
    expect(answer.user_types).toEqual(
      userTypes.map((row) => {
        const { name, ...figures } = plain(row);
        return { user_type: name, ...figures, unique_users: row.unique_users };
      }),
    );
    expect(answer.top_actions).toEqual(
      actionTypes.slice(0, 10).map((row) => {
        const { name, ...figures } = plain(row);
        return { action_type: name, ...figures };
      }),
    );
    expectErrors(answer.top_errors, errors, 10);
    return answer;
  };

  const services = async (query: Record<string, string>): Promise<void> => {
    const answer = await ask<Services>('/services', query);
    expectCalls(
      answer.services.map((row) => ({ ...row, name: row.service_name })),
      await exact.calls(answer, 'service_name'),
    );
  };

  const service = async (name: string, query: Record<string, string>): Promise<void> => {
    const answer = await ask<Service>(`/services/${encodeURIComponent(name)}`, query);
    expectCalls(
      answer.methods.map((row) => ({ ...row, name: row.method_name })),
      await exact.calls(answer, 'method_name', name),
    );
    const whole = (await exact.calls(answer, 'service_name', name))[0];
    if (whole && answer.total) expectCalls([{ ...answer.total, name }], [whole]);
    else expect([whole, answer.total]).toEqual([undefined, null]);
    expectErrors(answer.errors, await exact.errors(answer, name), 20);
  };

  const series = async (query: Record<string, string>): Promise<void> => {
    const answer = await ask<Series>('/timeseries', query);
    const starts = answer.points.map((point) => point.from);
    const valueAt = await exactSeries(answer, starts, query);
    for (const [index, { value }] of answer.points.entries()) {
      const wanted = valueAt(index);
      const what = `${answer.metric} at ${starts[index]}`;
      if (wanted !== null && /^p\d/.test(answer.metric)) expectPercentile(value, wanted, what);
      else expect(value, what).toEqual(wanted !== null && answer.metric === 'avg' ? near(wanted) : wanted);
    }
  };

  const exactSeries = async (
    span: Series & AnsweredSpan,
    starts: readonly string[],
    query: Record<string, string>,
  ): Promise<(index: number) => number | null> => {
    if (['actions', 'failures', 'success_rate', 'unique_users'].includes(span.metric)) {
      const points = await exact.actionPoints(span, starts, query.user_type);
      return (index) => {
        const { actions = 0, failures = 0, unique_users = 0 } = points.get(index) ?? {};
        const rates: Record<string, number | null> = { success_rate: rate(actions, failures) };
        return rates[span.metric] ?? { actions, failures, unique_users }[span.metric as 'actions'] ?? null;
      };
    }
    const points = await exact.callPoints(span, starts, query.service, query.method);
    return (index) => {
      const row = points.get(index);
      const { call_count: calls = 0, failures: call_failures = 0 } = row ?? {};
      if (span.metric === 'calls') return calls;
      if (span.metric === 'call_failures') return call_failures;
      if (span.metric === 'call_success_rate') return rate(calls, call_failures);
      return row?.[span.metric as 'p50'] ?? null;
    };
  };

  const users = async (query: Record<string, string>): Promise<void> => {
    const answer = await ask<Users>('/users', query);
    const all = new Map((await exact.users(answer)).map((user) => [user.user_id, user]));
    for (const [list, by] of [
      ['most_active', 'actions'],
      ['most_failing', 'failures'],
    ] as const) {
      const counts = [...all.values()].map((user) => user[by]).filter((count) => count > 0);
      expect(answer[list].map((user) => user[by])).toEqual(counts.sort((a, b) => b - a).slice(0, 20));
      for (const { user_id, actions, failures, last_seen, success_rate } of answer[list]) {
        expect({ user_id, actions, failures, last_seen }).toEqual(all.get(user_id));
        expect(success_rate).toBe(rate(actions, failures));
      }
    }
  };

  return { ask, platform, services, service, series, users };
};

export type ExpectExact = Awaited<ReturnType<typeof expectExact>>;
