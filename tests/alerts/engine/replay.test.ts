import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { type Past, replay } from '../../../src/alerts/engine/replay.js';
import type { Rule } from '../../../src/alerts/engine/rule.js';
import { type RuleInput, ruleInputSchema } from '../../../src/contract/alert-rule.js';
import type { MinuteFigures } from '../../../src/store/rollups/minute-figures.js';
import { at, calls, emptyWorld, MINUTE, minute } from '../minute.js';

const rule = (
  condition: z.input<typeof ruleInputSchema>['condition'],
  timing: Partial<Pick<RuleInput, 'for_seconds' | 'resolve_after_seconds' | 'cooldown_seconds'>> = {},
): Rule => ({ id: '0199', version: 1, ...ruleInputSchema.parse({ name: 'A rule', condition, ...timing }) });

/** Of two hours, minutes 60 to 69 fail. Empty minutes are left out, as a store leaves them out. */
const asked: [from: number, to: number][] = [];
const past: Past = {
  world: emptyWorld,
  minutes(from, to) {
    asked.push([from, to]);
    const list: MinuteFigures[] = [];
    for (let number = 0; number < 120; number += 1) {
      if (at(number) < from || at(number) >= to) continue;
      const failures = number >= 60 && number < 70 ? 40 : 1;
      list.push(minute(number, [calls('a.b', { calls: 50, failures })]));
    }
    return list;
  },
};
const failing = { kind: 'error_rate', above: 50, window_minutes: 1 } as const;

describe('a replay', () => {
  it('fires when the first bad minute is over, and resolves when the first good one is', async () => {
    const { firings, steps } = await replay([rule(failing)], past, at(0), at(120));
    expect(firings).toMatchObject([
      { started_at: at(61), fired_at: at(61), resolved_at: at(71), value: 80, threshold: 50, unit: '%' },
    ]);
    expect(firings[0]?.summary).toBe(
      'the platform: 80 % of calls failed in a minute (40 of 50 calls); the limit is 50 %',
    );
    expect(steps).toBe(120);
  });

  it('keeps to the rule’s times', async () => {
    const timing = { for_seconds: 120, resolve_after_seconds: 300 };
    const { firings } = await replay([rule(failing, timing)], past, at(0), at(120));
    expect(firings).toMatchObject([{ started_at: at(61), fired_at: at(63), resolved_at: at(76) }]);
    expect(firings[0]?.values.map(([time]) => time)).toEqual([at(61), at(62), at(63)]);
  });

  it('says of what still fires that it is not resolved', async () => {
    const { firings } = await replay([rule(failing)], past, at(0), at(65));
    expect(firings).toMatchObject([{ fired_at: at(61), resolved_at: undefined }]);
  });

  it('looks back before its beginning, but fires nothing there', async () => {
    const wide = rule({ ...failing, window_minutes: 30, above: 20 });
    const { firings } = await replay([wide], past, at(75), at(80));
    expect(firings).toMatchObject([{ fired_at: at(75) }]);
    expect(await replay([wide], past, at(0), at(60))).toMatchObject({ firings: [] });
  });

  it('begins at the next look where it is asked to begin between two', async () => {
    const { steps, firings } = await replay([rule(failing)], past, at(60) + 1, at(63) + 1);
    expect([steps, firings[0]?.fired_at]).toEqual([3, at(61)]);
  });

  it('reads piece by piece, each minute once', async () => {
    asked.length = 0;
    await replay([rule({ kind: 'volume', absent: true })], past, at(1_000), at(2_000));
    const read = asked.map(([from, to]) => (to - from) / MINUTE);
    expect(Math.max(...read)).toBeLessThanOrEqual(360);
    expect(asked.slice(1).every(([from], index) => from === asked[index]?.[1])).toBe(true);
    expect(asked.at(-1)?.[1]).toBe(at(2_000));
  });

  it('reads no minutes for rules that need none, and looks every five seconds for them', async () => {
    asked.length = 0;
    const waits = { order_id: 'o_1', restaurant_id: null, since: at(0) };
    const stuck: Past = {
      ...past,
      world: {
        ...emptyWorld,
        stuckOrders: ({ minutes }, now) => (now >= at(minutes) && now < at(40) ? [waits] : []),
      },
    };
    const { firings, steps } = await replay(
      [rule({ kind: 'stuck_order', minutes: 10.25 }), rule(failing)].slice(0, 1),
      stuck,
      at(0),
      at(60),
    );
    expect(asked).toEqual([]);
    expect(steps).toBe(720);
    expect(firings).toMatchObject([{ fired_at: at(10.25), resolved_at: at(40) }]);
  });

  it('runs rules of both kinds side by side, each at its own times', async () => {
    const rules = [rule(failing), rule({ kind: 'stuck_order', minutes: 10 })];
    const { firings } = await replay(rules, past, at(0), at(120));
    expect(firings).toMatchObject([{ fired_at: at(61), resolved_at: at(71) }]);
  });

  it('gives the same when it is run again', async () => {
    const rules = [rule(failing), rule({ kind: 'volume', below: 10 })];
    const once = await replay(rules, past, at(0), at(130));
    expect(await replay(rules, past, at(0), at(130))).toEqual(once);
    expect(once.firings).toHaveLength(2);
  });

  it('ends with what its signal is aborted with', async () => {
    const reason = new Error('the client has gone');
    await expect(replay([rule(failing)], past, at(0), at(120), AbortSignal.abort(reason))).rejects.toBe(
      reason,
    );
  });

  it('of no rules or no time is none', async () => {
    expect(await replay([], past, at(0), at(10))).toMatchObject({ firings: [] });
    expect(await replay([rule(failing)], past, at(0), at(0))).toEqual({ firings: [], steps: 0 });
  });
});
