import { describe, expect, it } from 'vitest';
import { calls, MINUTE, minute } from '../minute.js';
import { evaluator, observe } from './observe.js';

const DAY = 1_440;

describe('a volume', () => {
  it('above or below a limit is told, of its window only', async () => {
    const minutes = [0, 1, 2].map((number) => minute(number, [calls('a.b', { calls: 10, untimed: 5 })]));
    const above = evaluator({ kind: 'volume', above: 29, window_minutes: 2 });
    expect(await observe(above, minutes, 3)).toMatchObject([{ breached: true, value: 30, unit: 'calls' }]);
    const below = evaluator({ kind: 'volume', below: 30, window_minutes: 2 });
    expect(await observe(below, minutes, 3)).toMatchObject([{ breached: false }]);
    expect(await observe(below, [minute(3)], 4)).toMatchObject([{ breached: true, value: 15 }]);
  });

  it('below a limit holds of the whole even where there never was any', async () => {
    expect(await observe(evaluator({ kind: 'volume', below: 1 }), [minute(0)], 1)).toMatchObject([
      { breached: true, value: 0, group: {} },
    ]);
  });

  it('that is absent needs a past, and recovers', async () => {
    const of = evaluator({ kind: 'volume', absent: true, window_minutes: 5 });
    expect(await observe(of, [minute(0)], 1)).toEqual([]);
    expect(await observe(of, [minute(1, [calls('a.b', { calls: 1 })])], 2)).toMatchObject([
      { breached: false },
    ]);
    const silence = [2, 3, 4, 5, 6].map((number) => minute(number));
    expect(await observe(of, silence.slice(0, 4), 6)).toMatchObject([{ breached: false }]);
    const [seen] = await observe(of, silence.slice(4), 7);
    expect(seen).toMatchObject({ breached: true, value: 0 });
    expect(seen?.summary()).toBe(
      'the platform: no calls in 5 minutes; there were some in the 24 hours before',
    );
    const back = minute(7, [calls('a.b', { calls: 1 })]);
    expect(await observe(of, [back], 8)).toMatchObject([{ breached: false }]);
  });

  it('that is absent for a day is of something that is no more', async () => {
    const of = evaluator({ kind: 'volume', absent: true, window_minutes: 5, group_by: 'service' });
    await observe(of, [minute(0, [calls('a.b', { calls: 1 })])], 1);
    expect(await observe(of, [minute(1)], DAY)).toMatchObject([{ breached: true }]);
    expect(await observe(of, [], DAY + 1)).toEqual([]);
  });

  it('that is absent may ask for as much in the day before as leaves no such pauses', async () => {
    const past = (each: number) => [0, 1, 2].map((number) => minute(number, [calls('a.b', { calls: each })]));
    const silence = [3, 4, 5, 6, 7].map((number) => minute(number));
    const of = () => evaluator({ kind: 'volume', absent: true, window_minutes: 5, min_before: 1_000 });
    expect(await observe(of(), [...past(333), ...silence], 8)).toEqual([]);
    expect(await observe(of(), [...past(334), ...silence], 8)).toMatchObject([{ breached: true }]);
    const late = of();
    await observe(late, [...past(334), ...silence], 8);
    const rest = Array.from({ length: DAY - 10 }, (_, index) => minute(8 + index));
    expect(await observe(late, rest, DAY - 2)).toMatchObject([{ breached: true }]);
  });

  it('is given as many minutes as it looks back over before its first look', () => {
    const lookback = (more: { absent: true; min_before?: number } | { above: number }) =>
      evaluator({ kind: 'volume', window_minutes: 30, ...more }).lookback;
    expect(lookback({ above: 1 })).toBe(30);
    expect(lookback({ absent: true, min_before: 9 })).toBe(DAY + 30);
  });

  it('of actions is told by kind and role', async () => {
    const activity = [
      { user_type: 'customer', action_type: 'login', actions: 5, failures: 0 },
      { user_type: 'delivery', action_type: 'login', actions: 3, failures: 0 },
      { user_type: 'customer', action_type: 'search', actions: 9, failures: 0 },
    ];
    const count = async (more: object) => {
      const of = evaluator({ kind: 'volume', of: 'actions', above: 0, ...more });
      const [seen] = await observe(of, [minute(0, [], activity)], 1);
      return [seen?.value, seen?.group, seen?.unit];
    };
    expect(await count({})).toEqual([17, {}, 'actions']);
    expect(await count({ action_type: 'login' })).toEqual([8, { action_type: 'login' }, 'actions']);
    expect(await count({ action_type: 'login', user_type: 'delivery' })).toEqual([
      3,
      { action_type: 'login', user_type: 'delivery' },
      'actions',
    ]);
    expect(await count({ action_type: 'pay' })).toEqual([0, { action_type: 'pay' }, 'actions']);
  });

  it('takes a minute anew whose rows came late, though newer ones came before', async () => {
    const of = evaluator({ kind: 'volume', above: 0, window_minutes: 3 });
    await observe(of, [minute(0, [calls('a.b', { calls: 1 })]), minute(1), minute(2)], 3);
    expect(await observe(of, [minute(0, [calls('a.b', { calls: 4 })])], 3)).toMatchObject([{ value: 4 }]);
  });

  it('looks once a minute', () => {
    expect(evaluator({ kind: 'volume', above: 1 }).every).toBe(MINUTE);
  });
});
