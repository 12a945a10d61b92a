import { describe, expect, it } from 'vitest';
import { analyseBehaviour } from '../../../../src/analytics/behaviour/analyse-behaviour.js';
import type { BehaviourAction } from '../../../../src/analytics/behaviour/behaviour-action.js';
import { unusualDays } from '../../../../src/analytics/behaviour/unusual/unusual-days.js';
import { type UnusualKind, unusualKinds } from '../../../../src/contract/behaviour.js';
import { DAY, daysOf, HOUR, MINUTE, makeAction, NOON, SECOND } from '../make-action.js';
import { ordinaryPerson, phone, random, steadyPerson } from '../ordinary-person.js';

const PEOPLE = 1_000;

const findIn = (actions: BehaviourAction[]) =>
  analyseBehaviour({ actions, days: daysOf(actions, NOON), total: actions.length, now: NOON }).unusual;

/** A run of actions that ends at noon, with gaps like a person's. */
const run = (seed: number, count: number, of: (index: number) => Partial<BehaviourAction>) => {
  const next = random(seed);
  let time = NOON - 5 * MINUTE;
  return Array.from({ length: count }, (_, index) => {
    time -= 1 + Math.floor(-Math.log(1 - next()) * 4 * SECOND);
    return makeAction(time, { id: `planted-${index}`, ...phone, ...of(index) });
  });
};

/** What each detector is for, put into the last 24 hours of somebody steady. */
const planted: Record<UnusualKind, (seed: number) => BehaviourAction[]> = {
  activity_burst: (seed) => run(seed, 250, () => ({})),
  failure_spike: (seed) => run(seed, 30, (index) => ({ success: index % 3 === 0 })),
  new_device_sensitive: (seed) =>
    run(seed, 1, () => ({ platform: 'ios', ip_address: '203.0.113.9', method_name: 'change_password' })),
  failed_logins: (seed) => run(seed, 7, () => ({ method_name: 'signIn', success: false })),
  unusual_hour: () =>
    Array.from({ length: 5 }, (_, index) =>
      makeAction(NOON - 9 * HOUR + index * index * SECOND, { id: `planted-${index}`, ...phone }),
    ),
  many_addresses: (seed) => run(seed, 8, (index) => ({ ip_address: `203.0.113.${index}` })),
  machine_like_regularity: () =>
    Array.from({ length: 60 }, (_, index) =>
      makeAction(NOON - index * 5 * SECOND, { id: `planted-${index}`, ...phone }),
    ),
};
/** These compare with a past, and are silent without one; the others are strange by themselves. */
const needPast: UnusualKind[] = ['activity_burst', 'failure_spike', 'new_device_sensitive', 'unusual_hour'];

describe('unusual', () => {
  it('is nothing about ordinary people: at most 1 in 100 by each detector', { timeout: 120_000 }, () => {
    const raised = new Map<string, number>();
    const count = (name: string) => raised.set(name, (raised.get(name) ?? 0) + 1);
    let active = 0;
    for (let seed = 1; seed <= PEOPLE; seed += 1) {
      // Every hour of the day and day of the week is asked at.
      const person = ordinaryPerson(seed, NOON + seed * HOUR);
      if (person.actions.some(({ timestamp }) => timestamp > person.now - DAY)) active += 1;
      for (const { kind } of analyseBehaviour(person).unusual) count(kind);
      for (const { kind } of unusualDays(person)) count(`${kind} by day`);
    }
    // Who does nothing cannot be unusual: most must have done something for the rate to mean anything.
    expect(active).toBeGreaterThan(PEOPLE / 2);
    for (const [name, people] of raised) expect([name, people <= PEOPLE / 100]).toEqual([name, true]);
  });

  it.each(unusualKinds)('finds %s that is planted, and nothing without it', (kind) => {
    let silent = 0;
    for (let seed = 1; seed <= 20; seed += 1) {
      const person = steadyPerson(seed, NOON);
      if (findIn(person).length === 0) silent += 1;
      const found = findIn([...person, ...planted[kind](seed)]).find((one) => one.kind === kind);
      expect(found, `seed ${seed}`).toBeDefined();
      expect(found?.score).toBeGreaterThan(0.28);
      expect(found?.actions.length).toBeLessThanOrEqual(20);
      expect(found?.actions.some((id) => id.startsWith('planted'))).toBe(true);
      expect(found?.since && Date.parse(found.since)).toBeGreaterThanOrEqual(NOON - DAY);
    }
    expect(silent).toBe(20);
  });

  it.each(unusualKinds)('says %s again for the same actions, and not a day and a half later', (kind) => {
    const actions = [...steadyPerson(1, NOON), ...planted[kind](1)];
    const later = (now: number) =>
      analyseBehaviour({ actions, days: daysOf(actions, NOON), total: actions.length, now }).unusual.map(
        (found) => found.kind,
      );
    expect(later(NOON + HOUR)).toContain(kind);
    expect(later(NOON + 1.5 * DAY)).not.toContain(kind);
  });

  it.each(needPast)('does not say %s about a newcomer', (kind) => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const kinds = findIn([...steadyPerson(seed, NOON, 3), ...planted[kind](seed)]).map((one) => one.kind);
      expect(kinds).not.toContain(kind);
    }
  });

  it('lists what is strangest first', () => {
    const all = [...steadyPerson(3, NOON), ...unusualKinds.flatMap((kind) => planted[kind](3))];
    const scores = findIn(all.map((action, index) => ({ ...action, id: `${index}` }))).map(
      ({ score }) => score,
    );
    expect(scores.length).toBeGreaterThan(3);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });
});
