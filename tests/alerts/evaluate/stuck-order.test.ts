import { describe, expect, it } from 'vitest';
import type { World } from '../../../src/alerts/engine/world.js';
import { at, emptyWorld } from '../minute.js';
import { evaluator, observe } from './observe.js';

const world: World = {
  ...emptyWorld,
  stuckOrders: () => [
    { order_id: 'o_1', restaurant_id: 'r_1', since: at(-30) },
    { order_id: 'o_2', restaurant_id: 'r_1', since: at(-12) },
    { order_id: 'o_3', restaurant_id: 'r_2', since: at(-11) },
    { order_id: 'o_4', restaurant_id: null, since: at(-11) },
  ],
};
const condition = { kind: 'stuck_order', minutes: 10 } as const;

describe('orders that are stuck', () => {
  it('are each told of', async () => {
    const seen = await observe(evaluator(condition), [], 0, world);
    expect(seen.map(({ group, value, breached }) => [group, value, breached])).toEqual([
      [{ order_id: 'o_1' }, 30, true],
      [{ order_id: 'o_2' }, 12, true],
      [{ order_id: 'o_3' }, 11, true],
      [{ order_id: 'o_4' }, 11, true],
    ]);
    expect(seen[0]?.summary()).toBe(
      'Order o_1 of restaurant r_1 was placed 30 min ago and is not accepted; the limit is 10 min',
    );
  });

  it('are counted by restaurant, those without one by themselves', async () => {
    const of = evaluator({ ...condition, group_by: 'restaurant', min_orders: 2 });
    const seen = await observe(of, [], 0, world);
    expect(seen).toMatchObject([
      { group: { restaurant_id: 'r_1' }, value: 2, breached: true, threshold: 2 },
      { group: { restaurant_id: 'r_2' }, value: 1, breached: false },
      { group: {}, value: 1, breached: false },
    ]);
    expect(seen[0]?.summary()).toBe(
      'Restaurant r_1: 2 orders placed more than 10 min ago and not accepted, the oldest 30 min ago: o_1, o_2',
    );
  });

  it('are counted in all', async () => {
    const of = evaluator({ ...condition, group_by: 'platform', min_orders: 4 });
    expect(await observe(of, [], 0, world)).toMatchObject([{ group: {}, value: 4, breached: true }]);
  });

  it('make none where there are none', async () => {
    const of = evaluator({ ...condition, group_by: 'platform', min_orders: 4 });
    expect(await observe(of, [], 0)).toEqual([]);
  });
});
