import type { BehaviourAction } from '../../../src/analytics/behaviour/behaviour-action.js';
import type { UserDay } from '../../../src/analytics/behaviour/user-day.js';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** A Tuesday. */
export const NOON = Date.UTC(2026, 10, 24, 12);

export const makeAction = (timestamp: number, overrides: Partial<BehaviourAction> = {}): BehaviourAction => ({
  id: `id-${timestamp}`,
  timestamp,
  action_type: 'browse',
  service_name: 'menuService',
  method_name: 'list',
  success: true,
  error_message: null,
  session_id: null,
  platform: null,
  app_version: null,
  ip_address: null,
  ...overrides,
});

/** The days that actions make, as the rollup has them: 90 at most. */
export function daysOf(actions: readonly BehaviourAction[], now: number): UserDay[] {
  const days = new Map<number, UserDay>();
  for (const { timestamp, success } of actions) {
    const day = Math.floor(timestamp / DAY) * DAY;
    const row = days.get(day) ?? { day, actions: 0, failures: 0 };
    days.set(day, { day, actions: row.actions + 1, failures: row.failures + (success ? 0 : 1) });
  }
  return [...days.values()].filter(({ day }) => day > now - 90 * DAY).sort((a, b) => a.day - b.day);
}
