import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MetricDetector, type Scored } from '../../../src/alerts/detector/metric-detector.js';
import { kindsOfSeries, type PlantedSeries, quietSeries } from './series.js';

const ALERT = 0.5;
/** Others than those that its constants were chosen with. */
const SEEDS = [101, 102, 103];
/** Values after an incident in which the way back to normal may be unusual too. */
const AFTERMATH = 40;

const scoresOf = ({ times, values }: Pick<PlantedSeries, 'times' | 'values'>): Scored[] => {
  const detector = new MetricDetector();
  return values.map((value, index) => detector.add(times[index] ?? 0, value));
};
const alertsOf = (scores: readonly Scored[]): number[] =>
  scores.flatMap(({ score }, index) => (score >= ALERT ? [index] : []));
const isNear = (index: number, { planted }: PlantedSeries) =>
  planted.some(([first, last]) => index >= first && index <= last + AFTERMATH);

/** What of the incidents of some kinds of series was found, over all seeds. */
function outcomeOf(kinds: readonly ((seed: number) => PlantedSeries)[]) {
  const outcome = { found: 0, planted: 0, falseAlarms: 0, values: 0 };
  for (const series of kinds.flatMap((make) => SEEDS.map(make))) {
    const alerts = alertsOf(scoresOf(series));
    for (const [first, last] of series.planted) {
      outcome.planted += 1;
      if (alerts.some((index) => index >= first && index <= last)) outcome.found += 1;
    }
    outcome.falseAlarms += alerts.filter((index) => !isNear(index, series)).length;
    outcome.values += series.values.length;
  }
  return outcome;
}

describe('the detector of unusual values', () => {
  it.each(Object.entries(kindsOfSeries))('finds %s', (_name, make) => {
    const { found, planted, falseAlarms, values } = outcomeOf([make]);
    // Of nine spikes on a wave one may be missed, which two before it have made less unusual.
    expect(found).toBeGreaterThanOrEqual(Math.ceil(planted * 0.85));
    expect(falseAlarms / values).toBeLessThan(1 / 500);
  });

  it('finds 95 in 100 of all, with one false alarm in 2,000 values', () => {
    const { found, planted, falseAlarms, values } = outcomeOf(Object.values(kindsOfSeries));
    expect(found / planted).toBeGreaterThanOrEqual(0.95);
    expect(falseAlarms / values).toBeLessThan(1 / 2_000);
  });

  it.each(Object.entries(quietSeries))('leaves %s alone', (_name, make) => {
    for (const seed of SEEDS) {
      const series = make(seed);
      expect(alertsOf(scoresOf(series)).length).toBeLessThanOrEqual(series.values.length / 1_000);
    }
  });

  it('says that it does not know yet, and scores nothing until then', () => {
    const { times, values } = kindsOfSeries['spikes on a daily wave']?.(101) ?? { times: [], values: [] };
    const wild = values.map((value, index) => (index === 150 ? 10_000 : value));
    const scores = scoresOf({ times, values: wild });
    // Every five minutes: a day.
    expect(scores.findIndex(({ ready }) => ready)).toBe(288);
    expect(scores.slice(0, 288).every(({ score }) => score === 0)).toBe(true);
    const everySecond = wild.map((_, index) => index * 1_000);
    expect(scoresOf({ times: everySecond, values: wild }).findIndex(({ ready }) => ready)).toBe(400);
    const everyWeek = wild.map((_, index) => index * 7 * 86_400_000);
    expect(scoresOf({ times: everyWeek, values: wild }).findIndex(({ ready }) => ready)).toBe(100);
  });

  it('says what a value is unlike, and what was expected', () => {
    const times = Array.from({ length: 4_000 }, (_, index) => Date.UTC(2026, 5, 1) + index * 300_000);
    const wave = times.map((_, index) => 100 + 50 * Math.sin((2 * Math.PI * index) / 288) + (index % 7));
    const night = 3_000 + 216 - (3_000 % 288);
    // What is common by day, by night.
    wave[night] = 150;
    const at = scoresOf({ times, values: wave })[night];
    expect(at?.score).toBeGreaterThan(0.9);
    expect(['day', 'week', 'neighbours', 'trend']).toContain(at?.unlike);
    expect(at?.expected).toBeGreaterThan(40);
    expect(at?.expected).toBeLessThan(65);
  });

  it.each([
    [5, 1e6],
    [50, 1e6],
    [5, -9_999],
    [40, 1.5e308],
  ])('is not blinded by a freak at value %i, %f', (freakAt, freak) => {
    const { times, values } = quietSeries['white noise']?.(107) ?? { times: [], values: [] };
    const usual = values.map((value) => 100 + 5 * value);
    usual[freakAt] = freak;
    usual[1_000] = 250;
    const scores = scoresOf({ times, values: usual });
    expect(scores[1_000]?.score).toBeGreaterThan(0.5);
    expect(scores.every(({ expected = 0 }) => Number.isFinite(expected))).toBe(true);
  });

  it('learns the cadence anew after a burst at the start, and days before 1970', () => {
    const { times, values, planted } = kindsOfSeries['a working day that stays quiet']?.(108) ?? {
      times: [],
      values: [],
      planted: [],
    };
    const burst = Array.from({ length: 16 }, (_, second) => (times[0] ?? 0) - 60_000 + second * 1_000);
    const after = scoresOf({
      times: [...burst, ...times],
      values: [...burst.map(() => 20), ...values],
    }).slice(16);
    const in1969 = scoresOf({ times: times.map((at) => at - (times[0] ?? 0) - 2 * 86_400_000), values });
    for (const scores of [after, in1969]) {
      const alerts = alertsOf(scores);
      for (const [first, last] of planted) expect(alerts.some((at) => at >= first && at <= last)).toBe(true);
      expect(scores.every(({ expected = 0 }) => Number.isFinite(expected))).toBe(true);
    }
  });

  it('gets used to what stays', () => {
    const { times, values } = kindsOfSeries['a level that shifts']?.(104) ?? { times: [], values: [] };
    const alerts = alertsOf(scoresOf({ times, values }));
    expect(alerts.length).toBeGreaterThan(0);
    expect(Math.max(...alerts)).toBeLessThan(3_400);
  });

  it('has a score from 0 to 1 for any numbers, at any times, and the same for the same', () => {
    const point = fc.tuple(
      fc.oneof(fc.integer({ min: -1e9, max: 1e13 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
      fc.oneof(
        fc.constantFrom(0, 1, -1, Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
      ),
    );
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 400 }), (points) => {
        const series = { times: points.map(([at]) => at), values: points.map(([, value]) => value) };
        const scores = scoresOf(series);
        for (const { score, expected = 0 } of scores)
          expect(score >= 0 && score <= 1 && Number.isFinite(expected)).toBe(true);
        expect(scoresOf(series)).toEqual(scores);
      }),
      { numRuns: 200 },
    );
  });

  it('does not care for the unit', () => {
    const { times, values } = kindsOfSeries['latency two and a half times as long']?.(105) ?? {
      times: [],
      values: [],
    };
    const alerts = alertsOf(scoresOf({ times, values }));
    const inSeconds = alertsOf(scoresOf({ times, values: values.map((value) => value / 1_024) }));
    expect(inSeconds).toEqual(alerts);
  });

  it('takes gaps, repeated times and steps back, and refuses what is no number', () => {
    const { times, values } = kindsOfSeries['traffic that stops']?.(106) ?? { times: [], values: [] };
    const kept = times.map((at, index) => [at, values[index] ?? 0] as const).filter((_, at) => at % 3 !== 1);
    const detector = new MetricDetector();
    for (const [at, value] of kept.slice(0, 8_000)) detector.add(at, value);
    const [at = 0] = kept[7_999] ?? [];
    for (const time of [at, at - 3_600_000, at + 86_400_000 * 3])
      expect(detector.add(time, 60).score).toBeLessThan(0.999);
    expect(() => detector.add(at, Number.NaN)).toThrow(RangeError);
    expect(() => detector.add(Number.POSITIVE_INFINITY, 1)).toThrow(RangeError);
  });
});
