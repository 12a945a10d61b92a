import { describe, expect, it } from 'vitest';
import { familiarise } from '../../../../src/analytics/behaviour/unusual/familiar.js';
import { createHourHabits } from '../../../../src/analytics/behaviour/unusual/hour-habits.js';
import { DAY, makeAction, NOON } from '../make-action.js';

describe('what is familiar', () => {
  const on = (...addresses: (string | null)[]) =>
    familiarise(
      addresses.map((ip_address, day) => makeAction(NOON + day * DAY, { ip_address })),
      ({ ip_address }) => ip_address,
    );

  it('is what was seen, on days on which anything was', () => {
    expect(on('a', null, 'a', 'b')).toMatchObject({ seen: new Set(['a', 'b']), days: 3 });
  });

  it('lets expect something new as often as days brought it, the first aside', () => {
    expect(on().rate).toBe(1 / 10);
    expect(on('a', 'a', 'a').rate).toBe(1 / 13);
    expect(on('a', 'b', 'b', 'c').rate).toBe(3 / 14);
  });
});

describe('habits of hours', () => {
  const MONDAY_10 = 4 * 24 + 10;
  const WEEK = 168;

  it('are what lies within two hours, other days of the week counting a 140th', () => {
    const habits = createHourHabits([MONDAY_10, MONDAY_10 + 2, MONDAY_10 + 3, MONDAY_10 + 24]);
    expect(habits.near(MONDAY_10 + WEEK)).toBe(2);
    expect(habits.around(MONDAY_10 + WEEK)).toBeCloseTo(2 + 3 / 140, 9);
    expect(habits.around(MONDAY_10 + 3 * 24)).toBeCloseTo(3 / 140, 9);
  });

  it('measure an hour of the past by the others, without its own visit', () => {
    const habits = createHourHabits([MONDAY_10, MONDAY_10 + 1, MONDAY_10 + WEEK]);
    expect(habits.aroundOwn(MONDAY_10)).toBeCloseTo(1 + 1 / 140, 9);
    expect(habits.aroundOwn(MONDAY_10 + WEEK)).toBeCloseTo(2 + 2 / 140, 9);
    expect(createHourHabits([MONDAY_10]).aroundOwn(MONDAY_10)).toBe(0);
  });
});
