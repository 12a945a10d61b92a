import { describe, expect, it } from 'vitest';
import { analyseBehaviour } from '../../../../src/analytics/behaviour/analyse-behaviour.js';
import type { BehaviourAction } from '../../../../src/analytics/behaviour/behaviour-action.js';
import { DAY, daysOf, HOUR, MINUTE, makeAction, NOON, SECOND } from '../make-action.js';
import { phone, steadyPerson } from '../ordinary-person.js';

type Overrides = (index: number) => Partial<BehaviourAction>;

const kindsIn = (actions: BehaviourAction[]) =>
  analyseBehaviour({
    actions,
    days: daysOf(actions, NOON),
    total: actions.length,
    now: NOON,
  }).unusual.map(({ kind }) => kind);

/** Actions that end at noon, `ago` days before now. */
const run = (ago: number, count: number, gap: number, of: Overrides) =>
  Array.from({ length: count }, (_, index) =>
    makeAction(NOON - ago * DAY - (count - index) * gap - index * index, { ...phone, ...of(index) }),
  );
const everyDay = (count: number, gap: number, of: (index: number, ago: number) => Partial<BehaviourAction>) =>
  Array.from({ length: 40 }, (_, ago) => run(ago, count, gap, (index) => of(index, ago))).flat();
const steady = steadyPerson(1, NOON);

describe('the own past', () => {
  it('excuses an app that asks every five seconds each day', () => {
    expect(kindsIn([...steady, ...run(0, 60, 5 * SECOND, () => ({}))])).toContain('machine_like_regularity');
    const polling = [run(0, 60, 5 * SECOND, () => ({})), run(3, 60, 5 * SECOND, () => ({}))].flat();
    expect(kindsIn([...steady, ...polling])).not.toContain('machine_like_regularity');
  });

  it('excuses fingers that keep time', () => {
    const tapping = (jitter: number) =>
      Array.from({ length: 60 }, (_, index) =>
        makeAction(NOON - index * 5 * SECOND - (index % 2) * jitter, phone),
      );
    expect(kindsIn([...steady, ...tapping(0.2 * SECOND)])).toContain('machine_like_regularity');
    expect(kindsIn([...steady, ...tapping(0.7 * SECOND)])).not.toContain('machine_like_regularity');
  });

  it('excuses somebody on the move every day, but nobody else, and not two addresses of a /64', () => {
    const moving: Overrides = (index) => ({ ip_address: `203.0.113.${index}` });
    expect(kindsIn([...steady, ...run(0, 5, 7 * MINUTE, moving)])).toContain('many_addresses');
    expect(kindsIn(everyDay(5, 7 * MINUTE, moving))).not.toContain('many_addresses');
    const household: Overrides = (index) => ({ ip_address: `2001:db8::${index}` });
    expect(kindsIn([...steady, ...run(0, 5, 7 * MINUTE, household)])).not.toContain('many_addresses');
    expect(kindsIn([...steady, ...run(0, 3, 7 * MINUTE, moving)])).not.toContain('many_addresses');
    expect(kindsIn([...steady, ...run(0, 5, 31 * MINUTE, moving)])).not.toContain('many_addresses');
  });

  it('excuses somebody whose every other login fails', () => {
    const failed: Overrides = () => ({ method_name: 'login', success: false });
    expect(kindsIn([...steady, ...run(0, 5, MINUTE, failed)])).toContain('failed_logins');
    expect(kindsIn([...steady, ...run(0, 4, MINUTE, failed)])).not.toContain('failed_logins');
    expect(kindsIn([...steady, ...run(0, 5, 4 * MINUTE, failed)])).not.toContain('failed_logins');
    const clumsy = everyDay(8, MINUTE, (index) => ({ method_name: 'login', success: index % 2 === 0 }));
    expect(kindsIn([...clumsy, ...run(0, 5, MINUTE + SECOND, failed)])).not.toContain('failed_logins');
  });

  it('excuses a new phone that pays as always, and a phone that only looks', () => {
    const from = (method_name: string, ip_address = phone.ip_address) =>
      kindsIn([...steady, ...run(0, 1, 1, () => ({ platform: 'ios', method_name, ip_address }))]);
    expect(from('pay')).not.toContain('new_device_sensitive');
    expect(from('getPasswordRules')).not.toContain('new_device_sensitive');
    expect(from('changePassword')).toContain('new_device_sensitive');
    expect(from('pay', '203.0.113.9')).toContain('new_device_sensitive');
    // What the known phone at the known address does is nobody else's.
    expect(kindsIn([...steady, ...run(0, 1, 1, () => ({ method_name: 'changePassword' }))])).toEqual([]);
  });

  it('excuses somebody without habits from odd hours', () => {
    const visit = (start: number) =>
      Array.from({ length: 4 }, (_, index) => makeAction(start + index * index * SECOND, phone));
    const night = visit(NOON - 9 * HOUR);
    expect(kindsIn([...steady, ...night])).toContain('unusual_hour');
    expect(kindsIn([...steady, ...night.slice(0, 2)])).not.toContain('unusual_hour');
    // Every 17 hours: any hour of the day, and of the week.
    const anytime = Array.from({ length: 120 }, (_, index) => visit(NOON - DAY - index * 17 * HOUR)).flat();
    expect(kindsIn([...anytime, ...night])).not.toContain('unusual_hour');
  });

  it('excuses an odd hour while the past is a month, and one that is merely rare', () => {
    const visit = (start: number) =>
      Array.from({ length: 4 }, (_, index) => makeAction(start + index * index * SECOND, phone));
    expect(kindsIn([...steadyPerson(1, NOON, 31), ...visit(NOON - 9 * HOUR)])).not.toContain('unusual_hour');
    // Thirteen weeks of Wednesdays to Sundays at 8, 10 and 12 o'clock, and so many Tuesdays at 10.
    const rare = (tuesdays: number) =>
      Array.from({ length: 13 }, (_, week) => {
        const tuesday = NOON - 2 * HOUR - (week + 1) * 7 * DAY;
        const others = [1, 2, 3, 4, 5].flatMap((day) =>
          [-2, 0, 2].map((hour) => tuesday + day * DAY + hour * HOUR),
        );
        return [...(week < tuesdays ? [tuesday] : []), ...others].flatMap(visit);
      }).flat();
    const now = visit(NOON - 2 * HOUR);
    expect(kindsIn([...rare(1), ...now])).toContain('unusual_hour');
    expect(kindsIn([...rare(5), ...now])).not.toContain('unusual_hour');
  });

  it('counts hours by the clock of the time zone', () => {
    const night = Array.from({ length: 4 }, (_, index) => makeAction(NOON - 9 * HOUR + index * index, phone));
    const actions = [...steady, ...night];
    const { unusual } = analyseBehaviour({
      actions,
      days: daysOf(actions, NOON),
      total: actions.length,
      timezone: 'Asia/Tokyo',
      now: NOON,
    });
    expect(unusual.find(({ kind }) => kind === 'unusual_hour')?.reason).toContain(
      'Tuesday 12:00 (Asia/Tokyo)',
    );
  });
});
