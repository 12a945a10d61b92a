import { describe, expect, it } from 'vitest';
import { readOptions } from '../../demo/options.js';
import { usage } from '../../demo/usage.js';

describe('readOptions', () => {
  it('has a default for everything but the password', () => {
    expect(readOptions([], {})).toMatchObject({
      url: 'http://localhost:8000',
      email: 'admin@foodieexpress.local',
      password: undefined,
      seed: '1',
      seconds: 60,
      speed: 60,
      historyDays: 0,
      incidents: [],
    });
  });

  it('takes the admin from the environment, and what is given first', () => {
    const environment = { ADMIN_EMAIL: 'ayse@example.com', ADMIN_PASSWORD: 'correct horse' };
    expect(readOptions([], environment)).toMatchObject({
      email: 'ayse@example.com',
      password: 'correct horse',
    });
    expect(readOptions(['--password', 'other'], environment).password).toBe('other');
    expect(readOptions([], { ADMIN_PASSWORD: '' }).password).toBeUndefined();
  });

  it.each([
    [['--seconds', '0'], '--seconds 0'],
    [['--seconds', 'soon'], '--seconds soon'],
    [['--seconds', ''], '--seconds'],
    [['--history', '7'], '--history 7'],
    [['--url', 'localhost:8000'], '--url localhost:8000'],
    [['--start', '2026-11-24 10:00'], '--start'],
    [['--incident', 'fire'], '--incident fire'],
    [['--colour', 'red'], '--colour'],
  ])('refuses %j, naming the option', (args, words) => {
    expect(() => readOptions(args, {})).toThrow(words);
  });

  it('takes what the help names, and the help names what it takes', () => {
    const named = [...new Set(usage.match(/--[a-z][a-z-]+/g))];
    const values: Record<string, string> = {
      '--url': 'https://tracking.example.com/',
      '--incident': 'stuffing',
      '--start': '2026-11-24T10:00:00Z',
    };
    for (const name of named) {
      const args = name === '--help' ? [name] : [name, values[name] ?? '5'];
      expect(() => readOptions(args, {}), name).not.toThrow();
    }
    expect(named).toContain('--orders-per-minute');
    expect(readOptions(['--url', 'https://tracking.example.com/'], {}).url).toBe(
      'https://tracking.example.com',
    );
  });
});
