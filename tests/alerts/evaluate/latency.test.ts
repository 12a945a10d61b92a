import { describe, expect, it } from 'vitest';
import { calls, minute } from '../minute.js';
import { evaluator, observe } from './observe.js';

const condition = { kind: 'latency', above: 500 } as const;

describe('a latency rule', () => {
  it('says nothing of too few calls, and does not count those without a time', async () => {
    const few = minute(0, [calls('a.b', { calls: 19, untimed: 100, ms: 9_000 })]);
    expect(await observe(evaluator(condition), [few], 1)).toEqual([]);
  });

  it.each([
    ['avg', 290],
    ['p50', 100],
    ['p95', 2_000],
    ['p99', 2_000],
  ] as const)('judges by %s', async (statistic, expected) => {
    const minutes = [
      minute(0, [calls('a.b', { calls: 50, ms: 100 })]),
      minute(1, [calls('a.b', { calls: 40, ms: 100 }), calls('a.c', { calls: 10, ms: 2_000 })]),
    ];
    const [seen] = await observe(evaluator({ ...condition, statistic }), minutes, 2);
    expect(Math.abs((seen?.value ?? 0) / expected - 1)).toBeLessThan(0.01);
    expect(seen?.breached).toBe(expected > 500);
  });

  it('says in words what took how long', async () => {
    const slow = minute(0, [calls('paymentService.capture', { calls: 30, ms: 2_400 })]);
    const [seen] = await observe(
      evaluator({ ...condition, statistic: 'avg', group_by: 'method' }),
      [slow],
      1,
    );
    expect(seen?.summary()).toBe(
      'paymentService.capture: the average call took 2.4 s in 5 minutes (30 calls); the limit is 500 ms',
    );
  });
});
