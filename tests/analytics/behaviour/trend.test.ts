import { describe, expect, it } from 'vitest';
import { trend } from '../../../src/analytics/behaviour/trend.js';
import { DAY, NOON } from './make-action.js';

const TODAY = NOON - (NOON % DAY);
/** So many actions on each of the days that began so many days ago. */
const days = (counts: Record<number, number>) =>
  Object.entries(counts).map(([ago, actions]) => ({ day: TODAY - Number(ago) * DAY, actions, failures: 0 }));

describe('the trend', () => {
  it('compares the last 7 full days with all days before, those without actions too', () => {
    expect(trend(days({ 7: 14, 1: 28, 8: 10, 21: 18 }), NOON)).toEqual({
      recent_daily: 6,
      past_daily: 2,
      change: 2,
      past_days: 14,
    });
  });

  it('leaves out the day that has not ended, at any hour', () => {
    expect(trend(days({ 0: 1_000, 1: 7, 14: 7 }), NOON)).toEqual(trend(days({ 1: 7, 14: 7 }), NOON));
    expect(trend(days({ 0: 1_000 }), NOON).recent_daily).toBeNull();
  });

  it('measures a newcomer by the days since they came, and compares with no past below a week', () => {
    expect(trend(days({ 2: 10, 1: 10 }), NOON)).toEqual({
      recent_daily: 10,
      past_daily: null,
      change: null,
      past_days: 0,
    });
    expect(trend(days({ 13: 10, 1: 10 }), NOON)).toMatchObject({ past_days: 6, change: null });
    expect(trend(days({ 14: 10, 1: 10 }), NOON)).toMatchObject({ past_days: 7, change: 0 });
  });

  it('falls by all where somebody stays away', () => {
    expect(trend(days({ 30: 5 }), NOON)).toMatchObject({ recent_daily: 0, change: -1 });
  });
});
