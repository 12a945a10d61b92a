import { describe, expect, it } from 'vitest';
import { groupKey } from '../../../src/alerts/engine/group.js';
import type { GroupState } from '../../../src/alerts/engine/group-state.js';
import { type Rule, RunningRule } from '../../../src/alerts/engine/rule.js';
import { stepRule } from '../../../src/alerts/engine/step-rule.js';
import type { World } from '../../../src/alerts/engine/world.js';
import { ruleInputSchema } from '../../../src/contract/alert-rule.js';
import { at, emptyWorld } from '../minute.js';

const rule = (resolve_after_seconds = 60): Rule => ({
  id: '0199',
  version: 1,
  ...ruleInputSchema.parse({
    name: 'An order waits',
    condition: { kind: 'stuck_order', minutes: 10 },
    resolve_after_seconds,
  }),
});
const worldOf = (orders: readonly string[]): World => ({
  ...emptyWorld,
  stuckOrders: () => orders.map((order_id) => ({ order_id, restaurant_id: 'r_1', since: at(-20) })),
});
const many = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `o_${from + index}`);

async function look(
  states: Map<string, GroupState>,
  orders: readonly string[],
  minutes: number,
  of = rule(),
) {
  const changes = await stepRule(new RunningRule(of), states, worldOf(orders), at(minutes));
  for (const { key, after } of changes) {
    if (after) states.set(key, after);
    else states.delete(key);
  }
  return changes;
}

describe('one look of a rule', () => {
  it('tells what fired and what was resolved, by group', async () => {
    const states = new Map<string, GroupState>();
    expect((await look(states, ['o_1', 'o_2'], 0, rule(0))).map(({ transition }) => transition)).toEqual([
      'fired',
      'fired',
    ]);
    const changes = await look(states, ['o_2'], 0.5, rule(0));
    expect(changes).toMatchObject([
      { key: groupKey({ order_id: 'o_1' }), transition: 'resolved', seen: undefined },
    ]);
  });

  it('makes no change of a group that stays as it is', async () => {
    const states = new Map<string, GroupState>();
    await look(states, ['o_1'], 0);
    expect(await look(states, ['o_1'], 0.1)).toEqual([]);
    await look(states, [], 0.2);
    expect(await look(states, [], 0.3)).toEqual([]);
  });

  it('has 200 groups pending or firing at most, and goes on with those it has', async () => {
    const states = new Map<string, GroupState>();
    expect(await look(states, many(300), 0)).toHaveLength(200);
    expect(await look(states, many(300), 0.1)).toEqual([]);
    expect(states.size).toBe(200);
  });

  it('counts groups that fired lately and are well again as none of them until they begin anew', async () => {
    const states = new Map<string, GroupState>();
    await look(states, many(150), 0, rule(0));
    await look(states, [], 1, rule(0));
    expect([...states.values()].every(({ status }) => status === 'ok')).toBe(true);
    await look(states, [...many(150), ...many(150, 1_000)], 2, rule(0));
    expect([...states.values()].filter(({ status }) => status !== 'ok')).toHaveLength(200);
  });
});

describe('the key of a group', () => {
  it('is the same whatever the order of the labels', () => {
    expect(groupKey({ a: '1', b: '2' })).toBe(groupKey({ b: '2', a: '1' }));
    expect(groupKey({ a: '1' })).not.toBe(groupKey({ a: '2' }));
  });
});
