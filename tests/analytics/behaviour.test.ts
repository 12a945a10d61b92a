import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyseBehaviour } from '../../src/analytics/behaviour.js';
import type { StoredAction } from '../../src/contract/action.js';
import { behaviorPatternsSchema } from '../../src/contract/analytics.js';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 10, 24, 12);

const action = (unixMs: number, overrides: Partial<StoredAction> = {}): StoredAction => {
  const timestamp = new Date(unixMs).toISOString();
  return {
    id: `id-${unixMs}`,
    user_id: 'u_17',
    user_type: 'customer',
    action_type: 'browse',
    service_name: 'menuService',
    method_name: 'list',
    parameters: null,
    response_data: null,
    session_id: null,
    success: true,
    error_message: null,
    execution_time: null,
    platform: null,
    app_version: null,
    trace_id: null,
    timestamp,
    received_at: timestamp,
    ip_address: null,
    identity: 'anonymous',
    ...overrides,
  };
};
/** Newest first, as the database gives them. */
const at = (...times: number[]) => times.sort((a, b) => b - a).map((time) => action(time));

describe('behaviour', () => {
  it('of somebody unknown is empty', () => {
    expect(analyseBehaviour([], 0)).toEqual({
      total_actions: 0,
      based_on: { actions: 0, from: null, to: null },
      success_rate: null,
      top_actions: [],
      top_services: [],
      activity_by_hour: Array(24).fill(0),
      sessions: { count: 0, median_length: null },
      median_gap: null,
      last_seen: null,
    });
  });

  it('has sessions that a pause of 30 minutes ends', () => {
    const lengths = (...minutes: number[]) =>
      analyseBehaviour(at(...minutes.map((minute) => NOON + minute * MINUTE)), 9).sessions;
    expect(lengths(0)).toEqual({ count: 1, median_length: 0 });
    expect(lengths(0, 29, 58)).toEqual({ count: 1, median_length: 58 * MINUTE });
    expect(lengths(0, 10, 40, 60, 90)).toEqual({ count: 3, median_length: 10 * MINUTE });
    expect(lengths(0, 10, 40)).toEqual({ count: 2, median_length: 5 * MINUTE });
  });

  it('counts by UTC hour, ranks by frequency and then by name, and says what it is based on', () => {
    const patterns = analyseBehaviour(
      [
        action(NOON + 61 * MINUTE, { action_type: 'order', service_name: 'orderService', success: false }),
        action(NOON + MINUTE, { action_type: 'search' }),
        action(NOON, { action_type: 'search' }),
        action(NOON - MINUTE),
      ],
      1_234,
    );
    expect(patterns).toMatchObject({
      total_actions: 1_234,
      based_on: { actions: 4, from: '2026-11-24T11:59:00.000Z', to: '2026-11-24T13:01:00.000Z' },
      success_rate: 0.75,
      top_actions: [
        { name: 'search', count: 2 },
        { name: 'browse', count: 1 },
        { name: 'order', count: 1 },
      ],
      top_services: [
        { name: 'menuService', count: 3 },
        { name: 'orderService', count: 1 },
      ],
      median_gap: MINUTE,
      last_seen: '2026-11-24T13:01:00.000Z',
    });
    expect(
      patterns.activity_by_hour.map((count, hour) => [hour, count]).filter(([, count]) => count),
    ).toEqual([
      [11, 1],
      [12, 2],
      [13, 1],
    ]);
  });

  it('adds up, whatever the actions', () => {
    const some = fc.array(
      fc.record({
        time: fc.integer({ min: 0, max: 4e12 }),
        success: fc.boolean(),
        name: fc.constantFrom('a', 'b', 'c'),
      }),
      { maxLength: 100 },
    );
    fc.assert(
      fc.property(some, (made) => {
        const actions = made
          .sort((a, b) => b.time - a.time)
          .map(({ time, success, name }) => action(time, { success, action_type: name }));
        const patterns = analyseBehaviour(actions, actions.length);
        expect(behaviorPatternsSchema.safeParse(patterns).error).toBeUndefined();
        const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);
        expect(sum(patterns.activity_by_hour)).toBe(actions.length);
        expect(sum(patterns.top_actions.map(({ count }) => count))).toBe(actions.length);
        expect(patterns.sessions.count).toBeLessThanOrEqual(actions.length);
        expect(patterns.sessions.count > 0).toBe(actions.length > 0);
      }),
    );
  });
});
