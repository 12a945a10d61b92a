import { describe, expect, it } from 'vitest';
import { calls, minute } from '../minute.js';
import { evaluator, observe } from './observe.js';

const condition = { kind: 'error_rate', above: 10, window_minutes: 5 } as const;

describe('an error rate', () => {
  it('of three failures of four calls says nothing', async () => {
    const three = minute(0, [calls('paymentService.capture', { calls: 4, failures: 3 })]);
    expect(await observe(evaluator(condition), [three], 1)).toEqual([]);
    expect(await observe(evaluator({ ...condition, group_by: 'method' }), [three], 1)).toEqual([]);
  });

  it('needs percent and number', async () => {
    const of = { ...condition, above: 1, min_failures: 10 };
    const some = minute(0, [calls('a.b', { calls: 300, failures: 9 })]);
    expect(await observe(evaluator(of), [some], 1)).toMatchObject([{ breached: false, value: 3 }]);
    const more = minute(0, [calls('a.b', { calls: 300, failures: 10 })]);
    expect(await observe(evaluator(of), [more], 1)).toMatchObject([{ breached: true, value: 3.33 }]);
    const exactly = minute(0, [calls('a.b', { calls: 1_000, failures: 10 })]);
    expect(await observe(evaluator(of), [exactly], 1)).toMatchObject([{ breached: false }]);
  });

  it('counts actions that said no time, failed ones too', async () => {
    const untimed = minute(0, [calls('a.b', { calls: 10, untimed: 30, untimed_failures: 20 })]);
    const [seen] = await observe(evaluator(condition), [untimed], 1);
    expect(seen).toMatchObject({ breached: true, value: 50, group: {} });
    expect(seen?.summary()).toBe(
      'the platform: 50 % of calls failed in 5 minutes (20 of 40 calls); the limit is 10 %',
    );
  });

  it('looks back over its window and no farther', async () => {
    const of = evaluator(condition);
    const bad = minute(0, [calls('a.b', { calls: 50, failures: 50 })]);
    const good = [1, 2, 3, 4, 5].map((number) => minute(number, [calls('a.b', { calls: 50 })]));
    expect(await observe(of, [bad, ...good.slice(0, 4)], 5)).toMatchObject([{ breached: true, value: 20 }]);
    expect(await observe(of, good.slice(4), 6)).toMatchObject([{ breached: false, value: 0 }]);
  });

  it('takes a minute anew whose rows came late, instead of adding it', async () => {
    const of = evaluator(condition);
    const first = minute(0, [calls('a.b', { calls: 30 })]);
    const second = minute(1, [calls('a.b', { calls: 30 })]);
    await observe(of, [first, second], 2);
    const late = minute(0, [calls('a.b', { calls: 40, failures: 14 })]);
    expect(await observe(of, [late], 2)).toMatchObject([{ breached: true, value: 20 }]);
  });

  it('judges each service or method by itself, or those that are named', async () => {
    const both = minute(0, [
      calls('paymentService.authorize', { calls: 40, failures: 30 }),
      calls('paymentService.refund', { calls: 40 }),
      calls('menuService.getMenu', { calls: 40 }),
    ]);
    const breaches = async (more: object) =>
      (await observe(evaluator({ ...condition, above: 30, ...more }), [both], 1))
        .filter(({ breached }) => breached)
        .map(({ group }) => group);
    expect(await breaches({})).toEqual([]);
    expect(await breaches({ group_by: 'service' })).toEqual([{ service_name: 'paymentService' }]);
    expect(await breaches({ group_by: 'method' })).toEqual([
      { service_name: 'paymentService', method_name: 'authorize' },
    ]);
    expect(await breaches({ service_name: 'paymentService' })).toEqual([{ service_name: 'paymentService' }]);
    expect(await breaches({ method_name: 'authorize' })).toEqual([{ method_name: 'authorize' }]);
    expect(await breaches({ service_name: 'menuService' })).toEqual([]);
  });
});
