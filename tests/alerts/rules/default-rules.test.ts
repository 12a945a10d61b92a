import { describe, expect, it } from 'vitest';
import { type Past, replay } from '../../../src/alerts/engine/replay.js';
import { DEFAULTS_EDITION, defaultRules } from '../../../src/alerts/rules/default-rules.js';
import type { MethodFigures } from '../../../src/store/rollups/minute-figures.js';
import { at, calls, emptyWorld, MINUTE, minute, START } from '../minute.js';

const rules = defaultRules.map(({ builtin, rule }) => ({ ...rule, id: builtin, version: 1 }));
const HOURS = 60;

/** What the default rules tell of some hours, by what each minute holds. */
async function told(services: (number: number) => MethodFigures[], hours: number): Promise<string[]> {
  const past: Past = {
    world: emptyWorld,
    minutes: (from, to) =>
      Array.from({ length: (to - from) / MINUTE }, (_, index) => (from - START) / MINUTE + index)
        .filter((number) => number >= 0 && number < hours * HOURS)
        .map((number) => minute(number, services(number))),
  };
  const { firings } = await replay(rules, past, START, at(hours * HOURS + 120));
  return firings.map(({ rule }) => rule.id);
}

describe('the rules that come with the service', () => {
  it('have names of their own, and say what they mean and where to look', () => {
    expect(new Set(defaultRules.map(({ builtin }) => builtin)).size).toBe(defaultRules.length);
    expect(new Set(defaultRules.map(({ rule }) => rule.name)).size).toBe(defaultRules.length);
    for (const { builtin, since, rule } of defaultRules) {
      expect(builtin).toMatch(/^[a-z-]+$/);
      expect(since).toBeLessThanOrEqual(DEFAULTS_EDITION);
      expect(rule.description.length).toBeGreaterThan(40);
    }
  });

  it('are quiet in a shop with a call a minute, though three of four fail for a while', async () => {
    const shop = (number: number) => [
      calls('a.b', { calls: 1, failures: number >= 700 && number < 704 ? +(number !== 702) : 0 }),
    ];
    expect(await told(shop, 30)).toEqual([]);
  });

  it('are quiet on the first day, whatever its hours look like, and when a trial ends', async () => {
    const trial = (number: number) => [
      calls('a.b', { calls: number % 360 < 60 ? 300 : 4, failures: 0, ms: number % 360 < 60 ? 180 : 90 }),
    ];
    expect(await told(trial, 5)).toEqual([]);
  });

  it('tell within a minute of a service that is down', async () => {
    const down = (number: number) => [calls('a.b', { calls: 50, failures: number >= 100 ? 50 : 1 })];
    expect(await told(down, 2)).toContain('service-failing');
  });
});
