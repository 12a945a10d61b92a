import { randomFrom } from '../../helpers/simulate-orders.js';

/** A series with what was planted in it: spans of indexes, both ends included. */
export interface PlantedSeries {
  times: number[];
  values: number[];
  planted: (readonly [first: number, last: number])[];
}

const START = Date.UTC(2026, 5, 1);
const MINUTE = 60_000;

type Random = () => number;
/** Box and Muller's. */
const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

function series(
  length: number,
  minutes: number,
  planted: PlantedSeries['planted'],
  valueAt: (index: number, isPlanted: boolean, since: number) => number,
): PlantedSeries {
  const times = Array.from({ length }, (_, index) => START + index * minutes * MINUTE);
  const values = times.map((_, index) => {
    const span = planted.find(([first, last]) => index >= first && index <= last);
    return valueAt(index, span !== undefined, span ? index - span[0] : 0);
  });
  return { times, values, planted };
}

/** Kinds of series as services and machines have them, each with another kind of incident. */
export const kindsOfSeries: Record<string, (seed: number) => PlantedSeries> = {
  'spikes on a daily wave'(seed) {
    const random = randomFrom(seed);
    const at = [2_400, 3_100, 3_700].map((first) => first + Math.floor(random() * 200));
    return series(
      4_032,
      5,
      at.map((first) => [first, first + 3]),
      (index, isPlanted) =>
        50 + 30 * Math.sin((2 * Math.PI * index) / 288) + 3 * normal(random) + (isPlanted ? 40 : 0),
    );
  },
  'a working day that stays quiet'(seed) {
    const random = randomFrom(seed);
    const first = 288 * 10 + 108;
    return series(4_032, 5, [[first, first + 107]], (index, isPlanted) => {
      const isDay = index % 288 >= 108 && index % 288 < 216;
      return (isDay && !isPlanted ? 80 : 20) + 2 * normal(random);
    });
  },
  'a sensor that hangs'(seed) {
    const random = randomFrom(seed);
    return series(4_032, 5, [[3_000, 3_150]], (_, isPlanted) => 40 + (isPlanted ? 0 : 3 * normal(random)));
  },
  'a level that shifts'(seed) {
    const random = randomFrom(seed);
    return series(4_032, 5, [[2_800, 4_031]], (_, isPlanted) => (isPlanted ? 46 : 40) + normal(random));
  },
  'latency two and a half times as long'(seed) {
    const random = randomFrom(seed);
    const planted = [12_000, 16_000, 19_000].map((first) => [first, first + 14] as const);
    return series(20_160, 1, planted, (index, isPlanted) => {
      const wave = 100 + 30 * Math.sin((2 * Math.PI * index) / 1_440);
      return wave * Math.exp(0.15 * normal(random)) * (isPlanted ? 2.5 : 1);
    });
  },
  'traffic that stops'(seed) {
    const random = randomFrom(seed);
    const planted = [1_440 * 9 + 720, 1_440 * 12 + 900].map((first) => [first, first + 19] as const);
    return series(20_160, 1, planted, (index, isPlanted) => {
      const usual = 60 + 50 * Math.sin(2 * Math.PI * (index / 1_440 - 0.3));
      const calls = Math.max(0, Math.round(usual + Math.sqrt(usual) * normal(random)));
      return isPlanted ? 0 : calls;
    });
  },
  'failures on a rate that is never below zero'(seed) {
    const random = randomFrom(seed);
    const planted = [13_000, 18_000].map((first) => [first, first + 19] as const);
    return series(20_160, 1, planted, (_, isPlanted) =>
      Math.max(0, 0.02 + 0.01 * normal(random) + (isPlanted ? 0.1 : 0)),
    );
  },
  'a slow rise'(seed) {
    const random = randomFrom(seed);
    return series(
      10_080,
      1,
      [[8_000, 10_079]],
      (_, isPlanted, since) => 100 + 5 * normal(random) + (isPlanted ? Math.min(40, since * 0.2) : 0),
    );
  },
  'bursts of counts that are heavy-tailed as a rule'(seed) {
    const random = randomFrom(seed);
    const planted = [5_000, 6_500].map((first) => [first, first + 20] as const);
    return series(8_000, 5, planted, (index, isPlanted, since) => {
      const usual = (20 + 10 * Math.sin((2 * Math.PI * index) / 288)) * Math.exp(0.4 * normal(random));
      return Math.round(usual + (isPlanted ? 400 * Math.exp(-since / 8) : 0));
    });
  },
};

/** Series in which nothing is wrong. */
export const quietSeries: Record<string, (seed: number) => PlantedSeries> = {
  'white noise'(seed) {
    const random = randomFrom(seed);
    return series(10_000, 1, [], () => normal(random));
  },
  'log-normal noise'(seed) {
    const random = randomFrom(seed);
    return series(10_000, 1, [], () => Math.exp(0.7 * normal(random)));
  },
  'a random walk'(seed) {
    const random = randomFrom(seed);
    let at = 100;
    return series(10_000, 1, [], () => {
      at += normal(random);
      return at;
    });
  },
  'a week with quiet nights and weekends'(seed) {
    const random = randomFrom(seed);
    return series(24 * 7 * 12, 60, [], (index) => {
      const hour = index % 24;
      const isWeekend = Math.floor(index / 24) % 7 >= 5;
      const usual =
        1_000 *
        (hour > 6 && hour < 22 ? Math.sin((Math.PI * (hour - 6)) / 16) : 0.05) *
        (isWeekend ? 0.6 : 1);
      return Math.max(0, usual + 3 * Math.sqrt(usual) * normal(random));
    });
  },
  'a constant'() {
    return series(5_000, 1, [], () => 5);
  },
};
