import { describe, expect, it } from 'vitest';
import { isQuiet, type Silence, silences } from '../../../src/alerts/engine/quieted.js';

const at = (text: string) => Date.parse(text);
const nights = { days: [1, 2, 3, 4, 5], from: '22:00', to: '06:00', timezone: 'Europe/Istanbul' };

describe('quiet hours', () => {
  it.each([
    // Istanbul is three hours ahead; 2026-11-23 is a Monday.
    ['2026-11-23T18:59:00Z', false],
    ['2026-11-23T19:00:00Z', true],
    ['2026-11-24T02:59:00Z', true],
    ['2026-11-24T03:00:00Z', false],
    // The night from Friday to Saturday begins on a Friday; the one from Sunday to Monday does not count.
    ['2026-11-28T01:00:00Z', true],
    ['2026-11-28T20:00:00Z', false],
    ['2026-11-23T01:00:00Z', false],
  ])('over night, by the day on which they begin: %s', (time, quiet) => {
    expect(isQuiet([nights], at(time))).toBe(quiet);
  });

  it('within a day', () => {
    const lunch = { days: [1], from: '12:00', to: '13:00', timezone: 'UTC' };
    expect(isQuiet([lunch], at('2026-11-23T12:30:00Z'))).toBe(true);
    expect(isQuiet([lunch], at('2026-11-23T13:00:00Z'))).toBe(false);
    expect(isQuiet([lunch], at('2026-11-24T12:30:00Z'))).toBe(false);
  });

  it('all day where they end when they begin', () => {
    const sunday = { days: [7], from: '00:00', to: '00:00', timezone: 'UTC' };
    expect(isQuiet([sunday], at('2026-11-22T00:00:00Z'))).toBe(true);
    expect(isQuiet([sunday], at('2026-11-22T23:59:00Z'))).toBe(true);
    expect(isQuiet([sunday], at('2026-11-23T00:00:00Z'))).toBe(false);
  });

  it('follow the clock where it is put forward and back', () => {
    const hours = { days: [7], from: '02:00', to: '04:00', timezone: 'Europe/Berlin' };
    // 2026-03-29: 02:00 is 03:00 at once. 2026-10-25: 02:30 comes twice.
    expect(isQuiet([hours], at('2026-03-29T01:30:00Z'))).toBe(true);
    expect(isQuiet([hours], at('2026-03-29T02:00:00Z'))).toBe(false);
    expect(isQuiet([hours], at('2026-10-25T00:30:00Z'))).toBe(true);
    expect(isQuiet([hours], at('2026-10-25T01:30:00Z'))).toBe(true);
  });
});

describe('a silence', () => {
  const alert = {
    rule_id: 'r',
    severity: 'warning' as const,
    group: { service_name: 's', method_name: 'm' },
  };
  const silence = (more: Partial<Silence>): Silence => ({
    rule_id: null,
    severity: null,
    group: {},
    from: 100,
    until: 200,
    ...more,
  });

  it.each([
    [{}, true],
    [{ rule_id: 'r' }, true],
    [{ rule_id: 'other' }, false],
    [{ severity: 'critical' }, false],
    [{ group: { service_name: 's' } }, true],
    [{ group: { service_name: 's', method_name: 'other' } }, false],
    [{ group: { order_id: 'o' } }, false],
    [{ until: 150 }, false],
    [{ from: 151 }, false],
  ])('fits where all that it names does: %j', (more, fits) => {
    expect(silences(silence(more), alert, 150)).toBe(fits);
  });
});
