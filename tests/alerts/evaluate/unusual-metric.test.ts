import { beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { MetricSeries } from '../../../src/alerts/evaluate/metric-series.js';
import { type SeriesEvaluator, unusualMetric } from '../../../src/alerts/evaluate/unusual-metric.js';
import {
  type ConditionOf,
  conditionSchema,
  type unusualMetricConditionSchema,
} from '../../../src/contract/alert-rule.js';
import type { MinuteFigures } from '../../../src/store/rollups/minute-figures.js';
import { at, calls, emptyWorld, minute } from '../minute.js';

type Input = z.input<typeof unusualMetricConditionSchema>;
const unusual = (more: Omit<Input, 'kind'>) =>
  unusualMetric(
    conditionSchema.parse({
      kind: 'unusual_metric',
      min_score: 0.7,
      ...more,
    }) as ConditionOf<'unusual_metric'>,
  );

/** Numbers that look random, from 0 to 1. */
const noise = (number: number, salt: number) => {
  const sine = Math.sin(number * 127.1 + salt * 311.7) * 43_758.5453;
  return sine - Math.floor(sine);
};
/** An ordinary minute: 95 to 105 calls of some 100 ms, of which 2 to 4 fail. */
const ordinary = (number: number): MinuteFigures =>
  minute(number, [
    calls('menuService.getMenu', {
      calls: 95 + Math.floor(11 * noise(number, 1)),
      failures: 2 + Math.floor(3 * noise(number, 2)),
      ms: 95 + 10 * noise(number, 3),
    }),
  ]);
const LEARNED = 1_500;
const learn = (of: SeriesEvaluator, count = LEARNED) => {
  for (let number = 0; number < count; number += 1) of.push?.(ordinary(number));
  return of;
};
const look = async (of: SeriesEvaluator, next: MinuteFigures) => {
  of.push?.(next);
  return (await of.observe(next.at + 60_000, emptyWorld))[0];
};
const next = (figures: Parameters<typeof calls>[1], number = LEARNED) =>
  minute(number, [calls('menuService.getMenu', figures)]);

describe('an unusual figure', () => {
  it('is not told before a day was seen, whatever comes', async () => {
    const of = learn(unusual({ metric: 'calls' }), 300);
    expect(await look(of, next({ calls: 9_000 }, 300))).toBeUndefined();
  });

  it('is told of what is far from usual, not of what is usual', async () => {
    const of = learn(unusual({ metric: 'calls', group_by: 'service' }));
    expect(await look(of, ordinary(LEARNED))).toMatchObject({ breached: false, unit: 'score' });
    const seen = await look(of, next({ calls: 900 }, LEARNED + 1));
    expect(seen).toMatchObject({ breached: true, group: { service_name: 'menuService', metric: 'calls' } });
    expect(seen?.summary()).toMatch(
      /^menuService: calls 900 in a minute, some \d+(\.\d+)? was expected; unlike /,
    );
  });

  it('is told in the direction that is asked for', async () => {
    const breached = async (direction: 'up' | 'down' | 'both', count: number) =>
      (await look(learn(unusual({ metric: 'calls', direction })), next({ calls: count })))?.breached;
    expect(await breached('up', 900)).toBe(true);
    expect(await breached('down', 900)).toBe(false);
    expect(await breached('up', 0)).toBe(false);
    expect(await breached('down', 0)).toBe(true);
    expect(await breached('both', 0)).toBe(true);
  });

  it('needs samples: of a fall of calls those that were expected, of all else those that there are', async () => {
    const down = (min_samples: number) => learn(unusual({ metric: 'calls', min_samples }));
    expect((await look(down(90), next({ calls: 0 })))?.breached).toBe(true);
    expect((await look(down(150), next({ calls: 0 })))?.breached).toBe(false);
    const slow = learn(unusual({ metric: 'p50' }));
    expect(await look(slow, next({ calls: 19, ms: 5_000 }))).toBeUndefined();
    expect((await look(slow, next({ calls: 20, ms: 5_000 }, LEARNED + 1)))?.breached).toBe(true);
  });

  it('must be far enough from what is expected, as a factor and as a difference', async () => {
    const breached = async (more: object, ms: number) =>
      (await look(learn(unusual({ metric: 'p50', direction: 'up', ...more })), next({ calls: 100, ms })))
        ?.breached;
    expect(await breached({}, 160)).toBe(true);
    expect(await breached({ min_change: 1.8 }, 160)).toBe(false);
    expect(await breached({ min_change: 1.8 }, 200)).toBe(true);
    expect(await breached({ min_difference: 120 }, 200)).toBe(false);
    expect(await breached({ min_difference: 80 }, 200)).toBe(true);
  });

  it('as little as a part of what is expected is as far as as many times as much', async () => {
    const breached = async (count: number) =>
      (await look(learn(unusual({ metric: 'calls', min_change: 4 })), next({ calls: count })))?.breached;
    expect(await breached(30)).toBe(false);
    expect(await breached(20)).toBe(true);
  });

  it('must be farther than chance brings it, of counts and shares', async () => {
    const constant = (of: SeriesEvaluator, figures: Parameters<typeof calls>[1]) => {
      for (let number = 0; number < LEARNED; number += 1) of.push?.(next(figures, number));
      return of;
    };
    const steady = { calls: 100, failures: 2 };
    const count = constant(unusual({ metric: 'calls' }), steady);
    expect((await look(count, next({ calls: 149 })))?.breached).toBe(false);
    expect((await look(count, next({ calls: 152 }, LEARNED + 1)))?.breached).toBe(true);
    const share = constant(unusual({ metric: 'failure_share' }), steady);
    expect((await look(share, next({ calls: 100, failures: 10 })))?.breached).toBe(false);
    expect((await look(share, next({ calls: 100, failures: 12 }, LEARNED + 1)))?.breached).toBe(true);
  });

  it('has the samples of the newest minute, though an older one is taken anew', async () => {
    const of = learn(unusual({ metric: 'p50' }));
    of.push?.(next({ calls: 50, ms: 5_000 }));
    of.push?.(next({ calls: 3, ms: 90 }, LEARNED - 1));
    expect(await of.observe(at(LEARNED + 1), emptyWorld)).toMatchObject([{ breached: true }]);
  });

  it('is not told of a minute that is long over', async () => {
    const of = learn(unusual({ metric: 'calls' }));
    of.push?.(next({ calls: 900 }));
    expect(await of.observe(at(LEARNED + 2), emptyWorld)).toEqual([]);
  });

  it('may be of several minutes together, for what is called seldom', async () => {
    const of = unusual({ metric: 'p50', window_minutes: 10, min_samples: 15 });
    const rare = (number: number, ms: number) => next({ calls: 2, ms }, number);
    for (let number = 0; number < 3_000; number += 1) of.push?.(rare(number, 95 + 10 * noise(number, 4)));
    expect(await of.observe(at(3_000), emptyWorld)).toMatchObject([{ breached: false }]);
    for (let number = 3_000; number < 3_009; number += 1) of.push?.(rare(number, 400));
    expect(await of.observe(at(3_009), emptyWorld)).toMatchObject([{ breached: false }]);
    of.push?.(rare(3_009, 400));
    for (const when of [3_010, 3_019]) {
      const [seen] = await of.observe(at(when), emptyWorld);
      expect(seen?.breached).toBe(true);
      expect(seen?.summary()).toMatch(/: p50 (399|40\d) ms in 10 minutes, some /);
    }
    expect(await of.observe(at(3_020), emptyWorld)).toEqual([]);
  });

  it('is followed for 200 groups at most', () => {
    const of = unusual({ metric: 'calls', group_by: 'method' });
    of.push?.(
      minute(
        0,
        Array.from({ length: 300 }, (_, index) => calls(`a.m${index}`, { calls: 1 })),
      ),
    );
    expect(of.series.size).toBe(200);
  });
});

describe('a series that was saved', () => {
  const condition = { metric: 'p95', group_by: 'service' } as const;
  let original: SeriesEvaluator;
  beforeAll(() => {
    original = learn(unusual(condition));
  });

  it('goes on exactly as it would have', async () => {
    const restored = unusual(condition);
    for (const [key, one] of original.series) {
      const again = MetricSeries.from(one.group, one.fedTo, one.toBytes());
      if (again) restored.series.set(key, again);
    }
    expect(restored.series.size).toBe(1);
    for (let number = LEARNED; number < LEARNED + 200; number += 1) {
      const figures = number % 50 === 0 ? next({ calls: 90, ms: 700 }, number) : ordinary(number);
      const [one, two] = [await look(original, figures), await look(restored, figures)];
      expect({ ...two, summary: two?.summary() }).toEqual({ ...one, summary: one?.summary() });
      expect(one).toBeDefined();
    }
  });

  it('that another version wrote is none', () => {
    expect(MetricSeries.from({}, 0, Buffer.from('not zipped'))).toBeUndefined();
  });
});
