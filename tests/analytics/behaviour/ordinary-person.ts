import type { BehaviourAction } from '../../../src/analytics/behaviour/behaviour-action.js';
import type { UserDay } from '../../../src/analytics/behaviour/user-day.js';
import { DAY, daysOf, HOUR, MINUTE, makeAction, SECOND } from './make-action.js';

/** Numbers in [0, 1) that a seed decides (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Person {
  /** Newest first, 2,000 at most. */
  actions: BehaviourAction[];
  days: UserDay[];
  total: number;
  now: number;
}

/**
 * Somebody ordinary, up to `now`: a few visits a day around their own hours, more or fewer from day to day, failures that are retried, logins that
 * are mistyped, updates every three weeks, a phone that is replaced, addresses that change, payments with most orders. Nothing planted.
 */
export function ordinaryPerson(seed: number, now: number): Person {
  const next = random(seed);
  const between = (low: number, high: number) => low + (high - low) * next();
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const known = Math.floor(between(1, 90));
  const habit = {
    activeShare: between(0.3, 1),
    visits: between(1, 4),
    length: between(2, 9),
    dayToDay: between(0.1, 0.5),
    failing: between(0.005, 0.08),
    mistyped: between(0, 0.3),
    movesPerVisit: next() < 0.5 ? between(0.2, 0.8) : between(0, 0.05),
    peaks: [between(7, 14), between(16, 23)],
  };
  const actions: BehaviourAction[] = [];
  let version = 10;
  let platform = next() < 0.5 ? 'android' : 'ios';
  let home = 1;
  for (let day = Math.floor(now / DAY) - known; day <= Math.floor(now / DAY); day += 1) {
    if (next() < 1 / 21) version += 1;
    if (next() < 1 / 400) platform = platform === 'ios' ? 'android' : 'ios';
    if (next() < 1 / 30) home += 1;
    if (next() > habit.activeShare) continue;
    const busy = Math.exp(habit.dayToDay * normal());
    const visits = 1 + Math.floor(habit.visits * busy * next() * 2);
    for (let visit = 0; visit < visits; visit += 1) {
      const hour = next() < 0.05 ? between(7, 24) : (habit.peaks[visit % 2] ?? 12) + 1.2 * normal();
      let time = Math.round(day * DAY + hour * HOUR);
      const ip_address =
        next() < habit.movesPerVisit
          ? `100.64.${Math.floor(next() * 250)}.${seed % 250}`
          : `192.0.2.${home % 250}`;
      const session_id = `s-${day}-${visit}`;
      const app_version = `1.${version}`;
      let failing = false;
      const add = (method_name: string, failure: number) => {
        failing = next() < (failing ? 0.4 : failure);
        // Written out: spreading would cost more than all that is tested.
        actions.push({
          id: `${seed}-${time}-${actions.length}`,
          timestamp: time,
          action_type: method_name,
          service_name: 'appService',
          method_name,
          success: !failing,
          error_message: failing ? `Refused after ${Math.floor(next() * 100)} ms` : null,
          session_id,
          platform,
          app_version,
          ip_address,
        });
        time += Math.round(-Math.log(1 - next()) * 20 * SECOND);
        return !failing;
      };
      if (next() < 0.3) for (let tries = 0; tries < 4 && !add('login', habit.mistyped); tries += 1);
      const length = 1 + Math.floor(habit.length * busy * next() * 2);
      for (let step = 0; step < length; step += 1) add(next() < 0.7 ? 'browse' : 'search', habit.failing);
      if (next() < 0.4) add('pay', habit.failing);
      if (next() < 0.01) add('changePassword', habit.failing);
      if (next() < 0.02) add('updateAddress', habit.failing);
      time += MINUTE;
    }
  }
  const past = actions.filter(({ timestamp }) => timestamp <= now).sort((a, b) => b.timestamp - a.timestamp);
  return { actions: past.slice(0, 2_000), days: daysOf(past, now), total: past.length, now };
}

/**
 * Somebody of settled habits, `known` days long: two visits a day, at 10 and at 19 o'clock UTC, 8 to 15 actions each, from one phone at one address;
 * of 30 actions one fails.
 */
export function steadyPerson(seed: number, now: number, known = 60): BehaviourAction[] {
  const next = random(seed);
  const actions: BehaviourAction[] = [];
  for (let day = Math.floor(now / DAY) - known; day <= Math.floor(now / DAY); day += 1) {
    for (const hour of [10, 19]) {
      let time = day * DAY + hour * HOUR + Math.floor(next() * 30) * MINUTE;
      const length = 8 + Math.floor(8 * next());
      for (let step = 0; step < length; step += 1) {
        const method_name = step === 0 ? 'login' : step === length - 1 ? 'pay' : 'browse';
        actions.push(makeAction(time, { ...phone, method_name, success: next() > 1 / 30 }));
        time += 1 + Math.floor(-Math.log(1 - next()) * 20 * SECOND);
      }
    }
  }
  return actions.filter(({ timestamp }) => timestamp <= now).slice(-2_000);
}

export const phone = { platform: 'android', app_version: '1.4', ip_address: '192.0.2.1' };
