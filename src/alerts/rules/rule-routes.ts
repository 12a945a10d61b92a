import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { access } from '../../access/access.js';
import {
  backtestAnswerSchema,
  backtestSchema,
  changeRuleSchema,
  dryRunAnswerSchema,
  dryRunSchema,
  ruleIdSchema,
  ruleInputSchema,
  ruleListSchema,
  ruleSchema,
} from '../../contract/alert-rule.js';
import { problemResponse } from '../../contract/common.js';
import { Problem } from '../../http/problem.js';
import { newUuidV7 } from '../../store/new-uuid-v7.js';
import { nameOf } from '../alert-routes.js';
import type { Past } from '../engine/replay.js';
import type { Rule } from '../engine/rule.js';
import type { PastSources } from '../past/database-past.js';
import { changeRule, deleteRule, type RuleChanging } from './change-rule.js';
import { dryRun } from './dry-run.js';
import { insertRules } from './insert-rules.js';
import { getRule, listRules, type RuleRecord, ruleView } from './rule-record.js';
import { runBacktest } from './run-backtest.js';

export interface RuleRoutesOptions extends RuleChanging {
  /** The world as it is now. */
  present: Past;
  past: PastSources;
  /** Since when there are minutes, Unix ms. */
  minutesSince: () => Promise<number>;
  /** Those of some channels that there are not. */
  unknownChannels: (ids: readonly string[]) => Promise<string[]>;
}

/** Longest that a backtest may take, in ms; a week of all default rules takes some seconds. */
const LONGEST_BACKTEST = 60_000;

/** Admins say what they want to be told of. */
export const ruleRoutes: FastifyPluginAsyncZod<RuleRoutesOptions> = async (app, options) => {
  const { pool, clock } = options;
  const shared = { tags: ['alert-rules'], security: [{ bearer: [] }] };
  const config = { access: access.admin };
  const refusals = { 401: problemResponse('No valid credential'), 403: problemResponse('Only admins may') };
  const unknown = { 404: problemResponse('There is no such rule') };
  const invalid = { 422: problemResponse('A field is not valid, or a channel is not there') };

  const checkChannels = async ({ channels }: { channels?: readonly string[] | undefined }) => {
    if (!channels || channels.length === 0) return;
    const missing = await options.unknownChannels(channels);
    if (missing.length === 0) return;
    const errors = missing.map((id) => ({
      path: `channels.${channels.indexOf(id)}`,
      message: `there is no channel ${id}`,
    }));
    throw new Problem('validation-failed', 'The body is not valid.', { errors });
  };

  app.route({
    method: 'POST',
    url: '/alert-rules',
    config,
    schema: {
      ...shared,
      operationId: 'createAlertRule',
      summary: 'Make a rule',
      description:
        'It is looked at from the next step on, within 5 s. Try it first: /api/alert-rules/dry-run and /backtest.',
      body: ruleInputSchema,
      response: { 201: ruleSchema, ...refusals, ...invalid },
    },
    handler: async ({ body, caller }, reply) => {
      await checkChannels(body);
      const now = clock();
      const id = newUuidV7(now);
      await insertRules(pool, [{ ...body, id, builtin: null, created_by: nameOf(caller) }], now);
      const rule = await getRule(pool, id);
      if (!rule) throw noSuchRule();
      return reply.code(201).header('location', `/api/alert-rules/${id}`).send(ruleView(rule));
    },
  });

  app.route({
    method: 'GET',
    url: '/alert-rules',
    config,
    schema: {
      ...shared,
      operationId: 'listAlertRules',
      summary: 'All rules, by name',
      description:
        'Those that came with the service have a `builtin` name; they may be changed and deleted like any other.',
      response: { 200: ruleListSchema, ...refusals },
    },
    handler: async () => ({ rules: (await listRules(pool)).map(ruleView) }),
  });

  app.route({
    method: 'GET',
    url: '/alert-rules/:id',
    config,
    schema: {
      ...shared,
      operationId: 'getAlertRule',
      summary: 'One rule',
      params: ruleIdSchema,
      response: { 200: ruleSchema, ...refusals, ...unknown },
    },
    handler: async ({ params: { id } }) => {
      const rule = await getRule(pool, id);
      if (!rule) throw noSuchRule();
      return ruleView(rule);
    },
  });

  app.route({
    method: 'PATCH',
    url: '/alert-rules/:id',
    config,
    schema: {
      ...shared,
      operationId: 'changeAlertRule',
      summary: 'Change a rule',
      description:
        'What is named changes; a condition is given whole. Another condition, or switching it off, resolves what fires of it.',
      params: ruleIdSchema,
      body: changeRuleSchema,
      response: { 200: ruleSchema, ...refusals, ...unknown, ...invalid },
    },
    handler: async ({ params: { id }, body }) => {
      await checkChannels(body);
      const rule = await changeRule(options, id, body);
      if (!rule) throw noSuchRule();
      return ruleView(rule);
    },
  });

  app.route({
    method: 'DELETE',
    url: '/alert-rules/:id',
    config,
    schema: {
      ...shared,
      operationId: 'deleteAlertRule',
      summary: 'Delete a rule',
      description: 'What fires of it is resolved; its alerts stay in the history.',
      params: ruleIdSchema,
      response: { 204: z.null().describe('Deleted'), ...refusals, ...unknown },
    },
    handler: async ({ params: { id } }, reply) => {
      if (!(await deleteRule(options, id))) throw noSuchRule();
      return reply.code(204).send(null);
    },
  });

  app.route({
    method: 'POST',
    url: '/alert-rules/dry-run',
    config,
    schema: {
      ...shared,
      operationId: 'dryRunAlertRule',
      summary: 'What a rule would see now',
      description: 'Nothing is stored and nobody is told.',
      body: dryRunSchema,
      response: { 200: dryRunAnswerSchema, ...refusals, ...invalid },
    },
    handler: async ({ body: { rule } }) => {
      await checkChannels(rule);
      return dryRun(rule, options.present, clock());
    },
  });

  let busy = false;
  app.route({
    method: 'POST',
    url: '/alert-rules/backtest',
    config,
    schema: {
      ...shared,
      operationId: 'backtestAlertRules',
      summary: 'What rules would have fired',
      description:
        'Replays a span of the past through the engine itself: a rule as it might be (`rule`), one that is (`rule_id`), or all that are enabled. ' +
        'Nothing is stored and nobody is told. One at a time a replica, for a minute at most.',
      body: backtestSchema,
      response: {
        200: backtestAnswerSchema,
        ...refusals,
        ...unknown,
        422: problemResponse('A field is not valid, or the span takes too long'),
        429: problemResponse('Another backtest is under way'),
      },
    },
    handler: async ({ body: { rule, rule_id, from, to } }) => {
      if (busy) {
        throw new Problem('too-many-requests', 'Another backtest is under way.', {
          headers: { 'retry-after': '10' },
        });
      }
      busy = true;
      const signal = AbortSignal.timeout(LONGEST_BACKTEST);
      try {
        const rules = rule ? [{ ...rule, id: '', version: 0 }] : await storedRules(rule_id);
        const minutesSince = await options.minutesSince();
        const end = Math.min(to.getTime(), clock());
        return await runBacktest(
          pool,
          options.past,
          { rules, from: from.getTime(), to: end, minutesSince },
          signal,
        );
      } catch (error) {
        if (!signal.aborted) throw error;
        const errors = [
          { path: 'from', message: 'a shorter span, or fewer rules, would be done in a minute' },
        ];
        throw new Problem('validation-failed', 'The backtest took longer than a minute.', { errors });
      } finally {
        busy = false;
      }
    },
  });

  const storedRules = async (id: string | undefined): Promise<Rule[]> => {
    if (id === undefined) return (await listRules(pool)).filter(({ enabled }) => enabled).map(asRule);
    const rule = await getRule(pool, id);
    if (!rule) throw noSuchRule();
    return [asRule(rule)];
  };
};

const noSuchRule = () => new Problem('not-found', 'There is no such alert rule.');

const asRule = ({
  builtin: _b,
  created_at: _c,
  updated_at: _u,
  created_by: _w,
  firing: _f,
  ...rule
}: RuleRecord): Rule => rule;
