import { describe, expect, it } from 'vitest';
import {
  backtestSchema,
  changeRuleSchema,
  conditionSchema,
  quietHoursSchema,
  ruleInputSchema,
} from '../../src/contract/alert-rule.js';

interface Parsed {
  success: boolean;
  error?: { issues: { path: PropertyKey[]; message: string }[] };
}
/** The fields that are named as wrong. */
const wrong = ({ error }: Parsed) => error?.issues.map(({ path }) => path.join('.')) ?? [];
const rule = { name: 'Slow', condition: { kind: 'latency', above: 500 } };

describe('a rule', () => {
  it('needs a name and a condition, and gets defaults for the rest', () => {
    expect(ruleInputSchema.parse(rule)).toEqual({
      name: 'Slow',
      description: '',
      enabled: true,
      severity: 'warning',
      condition: {
        kind: 'latency',
        group_by: 'platform',
        statistic: 'p95',
        above: 500,
        window_minutes: 5,
        min_samples: 20,
      },
      for_seconds: 0,
      resolve_after_seconds: 0,
      cooldown_seconds: 0,
      quiet_hours: [],
      channels: [],
      runbook_url: null,
    });
    expect(wrong(ruleInputSchema.safeParse({}))).toEqual(['name', 'condition']);
  });

  it.each([
    ['name', { name: '  ' }],
    ['name', { name: 'a\u0007b' }],
    ['severity', { severity: 'bad' }],
    ['for_seconds', { for_seconds: 1.5 }],
    ['cooldown_seconds', { cooldown_seconds: -1 }],
    ['channels.0', { channels: ['mail'] }],
    ['runbook_url', { runbook_url: 'javascript:alert(1)' }],
    ['condition.above', { condition: { kind: 'latency', above: 0 } }],
    ['condition.window_minutes', { condition: { kind: 'latency', above: 1, window_minutes: 61 } }],
    ['condition.kind', { condition: { kind: 'weather' } }],
    ['quiet_hours.0.from', { quiet_hours: [{ from: '24:00', to: '06:00' }] }],
    ['quiet_hours.0.timezone', { quiet_hours: [{ from: '22:00', to: '06:00', timezone: 'Mars/North' }] }],
  ])('says that %s is wrong', (field, change) => {
    expect(wrong(ruleInputSchema.safeParse({ ...rule, ...change }))).toEqual([field]);
  });

  it('names what it does not know', () => {
    const { error } = ruleInputSchema.safeParse({ ...rule, treshold: 5 });
    expect(error?.issues[0]?.message).toContain('treshold');
    const inner = conditionSchema.safeParse({ kind: 'latency', above: 1, servce_name: 'a' });
    expect(inner.error?.issues[0]?.message).toContain('servce_name');
  });
});

describe('a change of a rule', () => {
  it('changes what it names and nothing else', () => {
    expect(changeRuleSchema.parse({ name: 'Slower' })).toEqual({ name: 'Slower' });
    for (const change of [
      { description: '' },
      { enabled: false },
      { severity: 'critical' },
      { for_seconds: 60 },
      { resolve_after_seconds: 60 },
      { cooldown_seconds: 60 },
      { quiet_hours: [] },
      { channels: [] },
      { runbook_url: null },
    ])
      expect(changeRuleSchema.parse(change)).toEqual(change);
  });

  it('takes a condition as a whole, with its defaults', () => {
    const { condition } = changeRuleSchema.parse({ condition: { kind: 'latency', above: 9 } });
    expect(condition).toEqual(
      ruleInputSchema.parse({ ...rule, condition: { kind: 'latency', above: 9 } }).condition,
    );
  });

  it('must name something, and something known', () => {
    expect(changeRuleSchema.safeParse({}).success).toBe(false);
    expect(changeRuleSchema.safeParse({ builtin: 'x' }).success).toBe(false);
    expect(wrong(changeRuleSchema.safeParse({ severity: 'bad' }))).toEqual(['severity']);
  });
});

describe('a condition', () => {
  it.each([
    ['above', { kind: 'volume' }],
    ['above', { kind: 'volume', above: 1, below: 2 }],
    ['above', { kind: 'volume', above: 1, absent: true }],
    ['absent', { kind: 'volume', absent: false, above: 1 }],
    ['action_type', { kind: 'volume', above: 1, action_type: 'login' }],
    ['action_type', { kind: 'volume', above: 1, user_type: 'customer' }],
    ['service_name', { kind: 'volume', above: 1, of: 'actions', service_name: 'a' }],
    ['service_name', { kind: 'volume', above: 1, of: 'actions', group_by: 'method' }],
    ['without', { kind: 'stuck_order', minutes: 5, after: 'ready', without: 'accepted' }],
    ['without', { kind: 'stuck_order', minutes: 5, after: 'accepted', without: 'accepted' }],
    ['min_orders', { kind: 'stuck_order', minutes: 5, min_orders: 2 }],
    ['minutes', { kind: 'stuck_order' }],
    ['above', { kind: 'system', measure: 'queue_depth' }],
    ['above', { kind: 'system', measure: 'queue_depth', above: 1, below: 1 }],
    ['measure', { kind: 'system', measure: 'mood', above: 1 }],
    ['above', { kind: 'error_rate', above: 101 }],
    ['detectors', { kind: 'unusual_user', detectors: [] }],
    ['min_score', { kind: 'unusual_metric', metric: 'calls', min_score: 0.01 }],
    ['min_change', { kind: 'unusual_metric', metric: 'calls', min_change: 0.5 }],
  ])('names %s as wrong of %j', (field, condition) => {
    expect(wrong(conditionSchema.safeParse(condition))).toContain(field);
  });

  it.each([
    [{ kind: 'volume', absent: true, group_by: 'service' }],
    [{ kind: 'volume', of: 'actions', below: 1, action_type: 'order_placed', user_type: 'customer' }],
    [{ kind: 'stuck_order', minutes: 0.05 }],
    [{ kind: 'stuck_order', minutes: 5, group_by: 'restaurant', min_orders: 3 }],
    [{ kind: 'unusual_user' }],
    [{ kind: 'unusual_metric', metric: 'p95' }],
    [{ kind: 'system', measure: 'replicas', below: 2 }],
  ])('may be %j', (condition) => {
    expect(conditionSchema.safeParse(condition).success).toBe(true);
  });
});

describe('quiet hours', () => {
  it('are of every day, by UTC, unless it is said', () => {
    expect(quietHoursSchema.parse({ from: '22:00', to: '07:00' })).toEqual({
      days: [1, 2, 3, 4, 5, 6, 7],
      from: '22:00',
      to: '07:00',
      timezone: 'UTC',
    });
  });
});

describe('a backtest', () => {
  const span = { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' };
  it.each([
    ['from', { from: '2026-11-02T00:00:00Z' }],
    ['from', { from: '2026-09-01T00:00:00Z' }],
    ['rule_id', { rule, rule_id: '0199d0e7-5a0c-7000-8000-000000000000' }],
    ['from', { from: 'yesterday' }],
  ])('says that %s is wrong', (field, change) => {
    expect(wrong(backtestSchema.safeParse({ ...span, ...change }))).toContain(field);
  });

  it('is of all rules where none is named', () => {
    expect(backtestSchema.parse(span)).toEqual({ from: new Date(span.from), to: new Date(span.to) });
  });
});
