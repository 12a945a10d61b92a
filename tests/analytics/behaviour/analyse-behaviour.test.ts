import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyseBehaviour, type BehaviourInput } from '../../../src/analytics/behaviour/analyse-behaviour.js';
import type { BehaviourAction } from '../../../src/analytics/behaviour/behaviour-action.js';
import { behaviorPatternsSchema } from '../../../src/contract/behaviour.js';
import { DAY, daysOf, MINUTE, makeAction, NOON } from './make-action.js';

const analyse = (actions: BehaviourAction[], overrides: Partial<BehaviourInput> = {}) =>
  analyseBehaviour({ actions, days: [], total: actions.length, now: NOON + DAY, ...overrides });
/** Newest first, as the database gives them. */
const at = (...times: number[]) => times.sort((a, b) => b - a).map((time) => makeAction(time));
const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);

const name = fc.constantFrom('a', 'b', 'changePassword', 'log_in', '__proto__');
const maybe = (...texts: string[]) => fc.constantFrom(null, ...texts);
const someActions = fc
  .array(
    fc.record({
      timestamp: fc.oneof(
        fc.integer({ min: 0, max: 4e12 }),
        fc.integer({ min: NOON - 3 * DAY, max: NOON }),
        fc.integer({ min: NOON - 20 * MINUTE, max: NOON }),
      ),
      success: fc.boolean(),
      action_type: name,
      method_name: name,
      error_message: maybe('Order o_1 not found', 'Order o_2 not found', ''),
      session_id: maybe('s1', 's2'),
      platform: maybe('ios', 'android'),
      app_version: maybe('1', '2'),
      ip_address: maybe('192.0.2.1', '::1', '2001:db8::7', 'nonsense'),
    }),
    { maxLength: 120 },
  )
  .map((made) => made.map((one, index) => makeAction(one.timestamp, { ...one, id: `id-${index}` })));

describe('behaviour', () => {
  it('of somebody unknown is empty', () => {
    expect(analyse([])).toEqual({
      total_actions: 0,
      based_on: { actions: 0, from: null, to: null },
      timezone: 'UTC',
      success_rate: null,
      failure_rate: null,
      top_actions: [],
      top_services: [],
      top_errors: [],
      activity_by_hour: Array(24).fill(0),
      activity_by_hour_of_week: Array(7).fill(Array(24).fill(0)),
      sessions: { count: 0, median_length: null },
      transitions: [],
      devices: [],
      addresses: [],
      trend: { recent_daily: null, past_daily: null, change: null, past_days: 0 },
      median_gap: null,
      last_seen: null,
      unusual: [],
    });
  });

  it('has sessions that a pause of 30 minutes ends', () => {
    const lengths = (...minutes: number[]) =>
      analyse(at(...minutes.map((minute) => NOON + minute * MINUTE))).sessions;
    expect(lengths(0)).toEqual({ count: 1, median_length: 0 });
    expect(lengths(0, 29, 58)).toEqual({ count: 1, median_length: 58 * MINUTE });
    expect(lengths(0, 10, 40, 60, 90)).toEqual({ count: 3, median_length: 10 * MINUTE });
    expect(lengths(0, 10, 40)).toEqual({ count: 2, median_length: 5 * MINUTE });
  });

  it('counts by UTC hour, ranks by frequency and then by name, and says what it is based on', () => {
    const patterns = analyse(
      [
        makeAction(NOON + 61 * MINUTE, {
          action_type: 'order',
          service_name: 'orderService',
          success: false,
          error_message: 'Card 4111 was declined',
        }),
        makeAction(NOON + MINUTE, { action_type: 'search' }),
        makeAction(NOON, { action_type: 'search' }),
        makeAction(NOON - MINUTE, { error_message: 'not a failure' }),
      ],
      { total: 1_234 },
    );
    expect(patterns).toMatchObject({
      total_actions: 1_234,
      based_on: { actions: 4, from: '2026-11-24T11:59:00.000Z', to: '2026-11-24T13:01:00.000Z' },
      success_rate: 0.75,
      failure_rate: 0.25,
      top_actions: [
        { name: 'search', count: 2 },
        { name: 'browse', count: 1 },
        { name: 'order', count: 1 },
      ],
      top_services: [
        { name: 'menuService', count: 3 },
        { name: 'orderService', count: 1 },
      ],
      top_errors: [{ message: 'Card <n> was declined', count: 1 }],
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
    fc.assert(
      fc.property(someActions, fc.constantFrom('UTC', 'Asia/Kathmandu'), (actions, timezone) => {
        const patterns = analyse(actions, { days: daysOf(actions, NOON), timezone, now: NOON });
        expect(behaviorPatternsSchema.safeParse(patterns).error).toBeUndefined();
        expect(sum(patterns.activity_by_hour)).toBe(actions.length);
        expect(sum(patterns.activity_by_hour_of_week.flat())).toBe(actions.length);
        expect(sum(patterns.top_actions.map(({ count }) => count))).toBe(actions.length);
        expect(sum(patterns.top_errors.map(({ count }) => count))).toBe(
          actions.filter(({ success }) => !success).length,
        );
        expect(sum(patterns.addresses.map(({ actions: count }) => count))).toBe(
          actions.filter(({ ip_address }) => ip_address !== null).length,
        );
        expect(patterns.sessions.count).toBeLessThanOrEqual(actions.length);
        expect(patterns.sessions.count > 0).toBe(actions.length > 0);
        const ids = new Set(actions.map(({ id }) => id));
        expect(patterns.unusual.flatMap((found) => found.actions).every((id) => ids.has(id))).toBe(true);
      }),
    );
  });

  it('does not depend on the sequence of its rows', () => {
    const shuffled = someActions.chain((actions) =>
      fc.tuple(
        fc.constant(actions),
        fc.shuffledSubarray(actions, { minLength: actions.length }),
        fc.constant(daysOf(actions, NOON)),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([actions, others, days]) => {
        expect(analyse(others, { days: [...days].reverse(), now: NOON })).toEqual(
          analyse(actions, { days, now: NOON }),
        );
      }),
    );
  });

  it('leaves its input as it was', () => {
    const input = { actions: at(NOON, NOON + 1), days: daysOf(at(NOON, NOON - DAY), NOON).reverse() };
    const before = structuredClone(input);
    analyse(input.actions, input);
    expect(input).toEqual(before);
  });
});
