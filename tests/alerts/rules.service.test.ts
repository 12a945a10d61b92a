import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultRules } from '../../src/alerts/rules/default-rules.js';
import { ensureDefaultRules } from '../../src/alerts/rules/ensure-default-rules.js';
import type { RuleView } from '../../src/contract/alert-rule.js';
import { buildTestApp, type TestApp } from '../helpers/build-test-app.js';

let test: TestApp;
let headers: Record<string, string>;
beforeAll(async () => {
  test = await buildTestApp();
  headers = { authorization: `Bearer ${await test.adminToken()}` };
});
afterAll(() => test.close());

const ask = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) =>
  test.app.inject({ method, url, headers, ...(payload && { payload }) });
const failing = {
  name: 'Payments fail',
  condition: { kind: 'error_rate', service_name: 'paymentService', above: 20 },
};
const made = async (body: object = failing) => {
  const response = await ask('POST', '/api/alert-rules', body);
  expect(response.statusCode).toBe(201);
  return response.json<RuleView>();
};

describe('rules', () => {
  it('are there from the first start, made once, and those that were deleted stay away', async () => {
    const pool = test.app.database.pools.reader;
    const now = Date.now();
    const [a, b] = await Promise.all([ensureDefaultRules(pool, now), ensureDefaultRules(pool, now)]);
    expect(a + b).toBe(defaultRules.length);
    const { rules } = (await ask('GET', '/api/alert-rules')).json<{ rules: RuleView[] }>();
    expect(rules.map(({ builtin }) => builtin).sort()).toEqual(
      defaultRules.map(({ builtin }) => builtin).sort(),
    );
    const [first] = rules;
    expect((await ask('DELETE', `/api/alert-rules/${first?.id}`)).statusCode).toBe(204);
    expect(await ensureDefaultRules(pool, now)).toBe(0);
    expect((await ask('GET', `/api/alert-rules/${first?.id}`)).statusCode).toBe(404);
  });

  it('are made with defaults, changed field by field, and deleted', async () => {
    const rule = await made();
    expect(rule).toMatchObject({
      ...failing,
      enabled: true,
      severity: 'warning',
      condition: {
        kind: 'error_rate',
        min_samples: 20,
        min_failures: 5,
        window_minutes: 5,
        group_by: 'platform',
      },
      channels: [],
      builtin: null,
      firing: 0,
    });
    const changed = await ask('PATCH', `/api/alert-rules/${rule.id}`, {
      severity: 'critical',
      for_seconds: 60,
    });
    expect(changed.json()).toMatchObject({
      name: 'Payments fail',
      severity: 'critical',
      for_seconds: 60,
      condition: rule.condition,
    });
    expect((await ask('DELETE', `/api/alert-rules/${rule.id}`)).statusCode).toBe(204);
    expect((await ask('PATCH', `/api/alert-rules/${rule.id}`, { name: 'x' })).statusCode).toBe(404);
  });

  it.each([
    [{ ...failing, condition: { kind: 'error_rate', above: 120 } }, 'condition.above'],
    [{ ...failing, condition: { kind: 'latency' } }, 'condition.above'],
    [{ ...failing, condition: { kind: 'volume' } }, 'condition.above'],
    [
      { ...failing, condition: { kind: 'stuck_order', after: 'ready', without: 'accepted', minutes: 5 } },
      'condition.without',
    ],
    [{ ...failing, condition: { kind: 'weather' } }, 'condition.kind'],
    [{ ...failing, nme: 'x' }, ''],
    [{ ...failing, runbook_url: 'javascript:alert(1)' }, 'runbook_url'],
    [
      { ...failing, quiet_hours: [{ from: '22:00', to: '06:00', timezone: 'Europe/Nowhere' }] },
      'quiet_hours.0.timezone',
    ],
    [{ ...failing, channels: ['019ab2f0-7c1e-7d7a-9a53-0b0f6d4e8c11'] }, 'channels.0'],
  ])('that are not valid are refused by the field: %j', async (body, path) => {
    const response = await ask('POST', '/api/alert-rules', body);
    expect(response.statusCode).toBe(422);
    const { errors } = response.json<{ errors: { path: string }[] }>();
    expect(errors.map((error) => error.path)).toContain(path);
  });

  it('say what they would see now', async () => {
    const key = await test.apiKey(['ingest']);
    const action = (success: boolean) => ({ service_name: 'cartService', method_name: 'add', success });
    const actions = [...Array(30).fill(action(false)), ...Array(30).fill(action(true))] as object[];
    const minuteAgo = Date.now() - 60_000;
    const ids = actions.map((_, index) => uuidAt(minuteAgo + index));
    const sent = await test.app.inject({
      method: 'POST',
      url: '/api/log-actions',
      headers: { 'x-api-key': key },
      payload: { actions: actions.map((one, index) => ({ ...one, id: ids[index] })) },
    });
    expect(sent.json()).toMatchObject({ stored: 60 });
    const rule = { name: 'x', condition: { kind: 'error_rate', group_by: 'method', above: 20 } };
    const answer = await ask('POST', '/api/alert-rules/dry-run', { rule });
    expect(answer.json()).toMatchObject({
      breached: 1,
      observations: [
        { group: { service_name: 'cartService', method_name: 'add' }, value: 50, breached: true },
      ],
    });
    const replayed = await ask('POST', '/api/alert-rules/backtest', {
      rule,
      from: new Date(minuteAgo - 600_000).toISOString(),
      to: new Date(minuteAgo + 600_000).toISOString(),
    });
    expect(replayed.json()).toMatchObject({
      total: 1,
      firings: [{ rule_id: null, group: { service_name: 'cartService', method_name: 'add' }, value: 50 }],
    });
  });
});

const uuidAt = (ms: number) => {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7abc-8def-${Math.floor(Math.random() * 2 ** 47)
    .toString(16)
    .padStart(12, '0')}`;
};

describe('alerts and silences', () => {
  const fire = async () => {
    const rule = await made();
    const [row] = await test.db.query<{ id: string }>(
      `INSERT INTO alerts (id, rule_id, rule_name, kind, severity, group_key, "group", status, summary, value, threshold, unit, "values", started_at, fired_at)
       VALUES (gen_random_uuid(), $1, 'Payments fail', 'error_rate', 'critical', '[]', '{}', 'firing', 'half of them fail', 50, 20, '%', '[]', now(), now())
       RETURNING id`,
      [rule.id],
    );
    return { rule, id: row?.id ?? '' };
  };

  it('are listed and acknowledged, and who said so first stays', async () => {
    const { rule, id } = await fire();
    const list = await ask('GET', `/api/alerts?rule_id=${rule.id}&status=firing`);
    expect(list.json()).toMatchObject({
      alerts: [{ id, status: 'firing', summary: 'half of them fail' }],
      next_cursor: null,
    });
    const seen = await ask('POST', `/api/alerts/${id}/acknowledge`, { note: 'looking' });
    expect(seen.json()).toMatchObject({
      acknowledged_by: expect.any(String),
      history: [{ type: 'acknowledged', note: 'looking' }],
    });
    expect((await ask('POST', `/api/alerts/${id}/acknowledge`)).json()).toMatchObject({
      history: [{ note: 'looking' }],
    });
    expect((await ask('GET', `/api/alert-rules/${rule.id}`)).json()).toMatchObject({ firing: 1 });
  });

  it('are resolved when their rule looks at something else, is switched off or deleted', async () => {
    for (const change of [{ condition: { kind: 'error_rate', above: 90 } }, { enabled: false }]) {
      const { rule, id } = await fire();
      await ask('PATCH', `/api/alert-rules/${rule.id}`, change);
      expect((await ask('GET', `/api/alerts/${id}`)).json()).toMatchObject({
        status: 'resolved',
        history: [{ type: 'resolved', note: expect.stringContaining('the rule was') }],
      });
    }
    const { rule, id } = await fire();
    await ask('PATCH', `/api/alert-rules/${rule.id}`, { severity: 'info' });
    expect((await ask('GET', `/api/alerts/${id}`)).json()).toMatchObject({ status: 'firing' });
    await ask('DELETE', `/api/alert-rules/${rule.id}`);
    expect((await ask('GET', `/api/alerts/${id}`)).json()).toMatchObject({ status: 'resolved' });
  });

  it('silences are made, listed and ended', async () => {
    const hour = new Date(Date.now() + 3_600_000).toISOString();
    const silence = await ask('POST', '/api/silences', {
      until: hour,
      reason: 'migration',
      group: { service_name: 's' },
    });
    expect(silence.json()).toMatchObject({ active: true, until: hour });
    const { id } = silence.json<{ id: string }>();
    expect((await ask('DELETE', `/api/silences/${id}`)).json()).toMatchObject({ id, active: false });
    expect((await ask('GET', '/api/silences')).json()).toMatchObject({ silences: [{ id, active: false }] });
    const over = await ask('POST', '/api/silences', { until: '2020-01-01T00:00:00Z', reason: 'x' });
    expect(over.json()).toMatchObject({ errors: [{ path: 'until' }] });
  });
});
