import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings, SettingsError, settingsSchema } from '../src/config.js';

const example = readFileSync(join(import.meta.dirname, '../.env.example'), 'utf8');
const documented = new Map(
  [...example.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
);

describe('settings', () => {
  it('are all in .env.example, and nothing else is', () => {
    expect([...documented.keys()].sort()).toEqual(Object.keys(settingsSchema.shape).sort());
  });

  it('have the defaults that .env.example says', () => {
    expect(readSettings(Object.fromEntries(documented))).toEqual(readSettings({}));
  });

  it('that are wrong stop the start by name, and never show a value', () => {
    const wrong = { PORT: 'eighty-secret', RATE_LIMIT: 'maybe', QUEUE_WRITERS: '0' };
    expect(() => readSettings(wrong)).toThrow(SettingsError);
    try {
      readSettings(wrong);
    } catch (error) {
      const { message } = error as Error;
      for (const name of Object.keys(wrong)) expect(message).toContain(name);
      expect(message).not.toContain('eighty-secret');
    }
  });
});
