import { describe, expect, it } from 'vitest';
import {
  counted,
  groupName,
  overMinutes,
  round,
  timeInWords,
} from '../../../src/alerts/evaluate/plain-words.js';

describe('plain words', () => {
  it.each([
    [0.1234, '0.123 ms'],
    [420, '420 ms'],
    [2_400, '2.4 s'],
    [119_000, '119 s'],
    [720_000, '12 min'],
    [12_600_000, '3.5 h'],
  ])('say %d ms as %s', (ms, words) => {
    expect(timeInWords(ms)).toBe(words);
  });

  it('round to three digits, or to whole numbers', () => {
    expect([round(0.123_45), round(12.345), round(1_234.5), round(12_345_678)]).toEqual([
      '0.123',
      '12.3',
      '1,235',
      '12,345,678',
    ]);
  });

  it('count', () => {
    expect([counted(1, 'call'), counted(1_200, 'call'), overMinutes(1), overMinutes(5)]).toEqual([
      '1 call',
      '1,200 calls',
      'in a minute',
      'in 5 minutes',
    ]);
  });

  it('call groups by their names', () => {
    const names = [
      { service_name: 'a', method_name: 'b' },
      { service_name: 'a' },
      { method_name: 'b' },
      {},
      { action_type: 'login', user_type: 'customer' },
    ];
    expect(names.map((group) => groupName(group as Record<string, string>))).toEqual([
      'a.b',
      'a',
      'b',
      'the platform',
      'login customer',
    ]);
  });
});
