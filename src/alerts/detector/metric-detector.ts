import { Cadence } from './cadence.js';
import { Level } from './level.js';
import { Season } from './season.js';
import { Spread } from './spread.js';
import { Surprise } from './surprise.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** What a value is compared with, in the order in which a finding is named where several agree. */
export const comparisons = [
  'week',
  'day',
  'past',
  'trend',
  'neighbours',
  'lasting',
  'drift',
  'variability',
] as const;
export type Comparison = (typeof comparisons)[number];

/** How much of a value tells anew what those before it did not: means of the last values are mostly what they were. A slow rise would else be learned as it comes. */
const shares: Partial<Record<Comparison, number>> = { lasting: 0.2, drift: 0.02, variability: 0.2 };

/** What the detector says of one value. */
export interface Scored {
  /** 0 is what always happens, 1 what never did. Of a quiet series, one value in some 10,000 reaches 0.5: alert from there on. */
  score: number;
  /** False while too little was seen to judge: the score is 0 then, whatever the value. */
  ready: boolean;
  /** What the value is most unlike; undefined where the score is 0. */
  unlike: Comparison | undefined;
  /** What was expected: by the week, the day or the level, whichever is known; undefined at first. */
  expected: number | undefined;
}

/** What {@link MetricDetector.save} returns. */
export type SavedDetector = ReturnType<MetricDetector['save']>;

/** Values before any is judged; of a series with a day in it, a day, or as many values as `MOST_WARM_UP` if that is less. */
const LEAST_WARM_UP = 100;
const MOST_WARM_UP = 400;
/** Values whose median levels and spreads begin with; those after them are clipped. */
const EARLY = 15;
/** Larger ones are taken for this: their differences would be infinite. */
const LARGEST = 1e150;
/** Values that a season has at least, to be one. */
const FEWEST_PARTS = 4;
/** Steps without a value after which neighbours are no longer neighbours. */
const GAP = 4;
/** Values that levels look back over: those of the trend, of the past, of what lasts and of what drifts, and at least of how far a season is off. */
const TREND = 8;
const PAST = 400;
const LASTING = 12;
const DRIFT = 60;
const OFFSET = 200;
/** Usual deviations below which what lasts, drifts or varies is as good as none. */
const LEAST_LASTING = 0.2;
const LEAST_DRIFT = 0.1;
const LEAST_VARIABILITY = 0.05;
/** The same for a single value, in spreads of its season. */
const LEAST_SEASONAL = 0.01;
/** Of the series' wandering about: less cannot be told from nothing; and less than that counts as no movement at all. */
const LEAST_DEVIATION = 0.01;
const LEAST_MOVEMENT = 0.1;
const ROUNDING = 1e-6;
/** Spreads that one value may move a level by. */
const CLIP = 4;
/** Spreads that a single value may count for in what lasts. */
const FARTHEST = 8;
/** -log10 of how probable a value is whose score is 0.5, and how fast the score rises about it. */
const HALF = 3.2;
const STEEPNESS = 1.6;
/** Below this a score is noise, and said to be 0. */
const LEAST_SCORE = 0.005;
/** Each comparison is a chance to be wrong (Bonferroni): so much is taken off the largest surprise. */
const CHANCES = Math.log10(comparisons.length);

/**
 * Scores the values of any numeric series as they come, in constant memory and without any setting: calls, latencies, failures, temperatures.
 *
 * Each value is compared with what is expected of it in several ways: with the same time of other weeks and days (what was learned there is moved by no value
 * farther than four spreads, so that an outage is not expected the next day), with all of the past, with the trend of the last few values, with its
 * neighbours; and three things are watched that last: the means of what is missed over a dozen values and over sixty, and how much the series varies at all (a sensor
 * that hangs). Each way has its own record of how far it is off as a rule ({@link Tail}), so one that does not fit the series is never surprised, and one that fits is soon. The score is that of the
 * most surprising, on a logistic scale of its probability.
 *
 * Sources: robust seasonal baselines as in Vallis, Hochenbaum, Kejariwal 2014 («A Novel Technique for Long-Term Anomaly Detection in the Cloud»), made
 * online by clipped exponential averages (Huber 1964); tails by Hill 1975, thresholds by probability as in Siffer et al. 2017 (SPOT); the
 * mean of what is missed as in EWMA control charts (Roberts 1959).
 *
 * Time may go by in any step, irregularly and with gaps. UTC days and weeks are its seasons: a
 * series whose habits follow a clock that is put forward loses an hour twice a year, and learns it in some days.
 */
export class MetricDetector {
  readonly #cadence = new Cadence();
  readonly #past = new Level(PAST);
  readonly #trend = new Level(TREND);
  readonly #missed = new Level(LASTING);
  readonly #drift = new Level(DRIFT);
  readonly #variability = new Level(LASTING);
  readonly #usualVariability = new Level(PAST);
  readonly #wander = new Spread();
  readonly #surprises = Object.fromEntries(
    comparisons.map((name) => [name, new Surprise(shares[name] ?? 1)]),
  ) as Record<Comparison, Surprise>;
  /** The cadence (ms) that the seasons were made for. */
  #seasonsFor: number | undefined;
  /** The longest last: where several know, it is the one whose expectation counts. */
  #seasons: { name: 'day' | 'week'; season: Season; offset: Level }[] = [];
  #last: [number, number, number] = [Number.NaN, Number.NaN, Number.NaN];
  #count = 0;
  #firstAt = 0;

  /** Scores the value at a time (Unix ms), and learns it. Throws a RangeError where one of them is not finite. */
  add(at: number, value: number): Scored {
    if (!Number.isFinite(at) || !Number.isFinite(value))
      throw new RangeError('a time and a value must be finite');
    return this.#judge(at, Math.max(-LARGEST, Math.min(LARGEST, value)));
  }

  /** All that it knows, as plain values and typed arrays (32 kB, or a third of it zipped), for {@link MetricDetector.from}. */
  save() {
    return {
      cadence: this.#cadence.save(),
      levels: this.#levels().map((level) => level.save()),
      wander: this.#wander.save(),
      surprises: comparisons.map((name) => this.#surprises[name].save()),
      seasonsFor: this.#seasonsFor,
      seasons: this.#seasons.map(({ season, offset }) => ({ season: season.save(), offset: offset.save() })),
      last: [...this.#last] as [number, number, number],
      count: this.#count,
      firstAt: this.#firstAt,
    };
  }

  /** A detector that goes on exactly as the saved one would have. */
  static from(saved: SavedDetector): MetricDetector {
    const detector = new MetricDetector();
    detector.#cadence.load(saved.cadence);
    for (const [index, level] of detector.#levels().entries()) {
      const values = saved.levels[index];
      if (values) level.load(values);
    }
    detector.#wander.load(saved.wander);
    for (const [index, name] of comparisons.entries()) {
      const surprise = saved.surprises[index];
      if (surprise) detector.#surprises[name].load(surprise);
    }
    if (saved.seasonsFor !== undefined) detector.#makeSeasons(saved.seasonsFor);
    detector.#seasonsFor = saved.seasonsFor;
    for (const [index, { season, offset }] of detector.#seasons.entries()) {
      const values = saved.seasons[index];
      if (!values) continue;
      season.load(values.season);
      offset.load(values.offset);
    }
    detector.#last = [...saved.last];
    detector.#count = saved.count;
    detector.#firstAt = saved.firstAt;
    return detector;
  }

  #levels(): Level[] {
    return [this.#past, this.#trend, this.#missed, this.#drift, this.#variability, this.#usualVariability];
  }

  #judge(at: number, value: number): Scored {
    if (this.#count === 0) this.#firstAt = at;
    this.#count += 1;
    const steps = this.#cadence.add(at);
    if (this.#cadence.usual !== this.#seasonsFor) this.#makeSeasons(this.#cadence.usual ?? 0);
    if (steps > GAP) this.#forgetNeighbours();

    const floor = this.#leastDeviation();
    let unlike: Comparison | undefined;
    let most = 0;
    const judge = (name: Comparison, deviation: number, least = floor) => {
      if (!Number.isFinite(deviation)) return;
      const surprise = this.#surprises[name].judge(deviation, least);
      if (surprise > most) [unlike, most] = [name, surprise];
    };

    const [expected, missed] = this.#judgeSeasons(at, value, judge, floor);
    judge('past', value - this.#past.value);
    judge('trend', value - this.#trend.value);
    judge('neighbours', value - medianOf(this.#last));
    if (missed !== undefined) {
      this.#missed.add(Math.max(-FARTHEST, Math.min(FARTHEST, missed)));
      judge('lasting', this.#missed.value, LEAST_LASTING);
      this.#drift.add(Math.max(-CLIP, Math.min(CLIP, missed)));
      judge('drift', this.#drift.value, LEAST_DRIFT);
    }
    const moved = Math.abs(value - this.#last[2]);
    if (Number.isFinite(moved)) {
      this.#variability.add(Math.log(moved + Math.max(floor, this.#wander.value * LEAST_MOVEMENT)));
      judge('variability', this.#variability.value - this.#usualVariability.value, LEAST_VARIABILITY);
      this.#usualVariability.add(this.#variability.value);
    }
    this.#learn(value);
    if (!this.#isReady(at)) return { score: 0, ready: false, unlike: undefined, expected };
    const score = 1 / (1 + Math.exp(STEEPNESS * (HALF + CHANCES - most)));
    return score < LEAST_SCORE
      ? { score: 0, ready: true, unlike: undefined, expected }
      : { score, ready: true, unlike, expected };
  }

  /** Compares with weeks and days; returns what was expected, and by how many spreads it was missed. */
  #judgeSeasons(
    at: number,
    value: number,
    judge: (name: Comparison, deviation: number, floor?: number) => void,
    floor: number,
  ): [expected: number | undefined, missed: number | undefined] {
    let expected: number | undefined;
    let missed: number | undefined;
    for (const { name, season, offset } of this.#seasons) {
      if (season.knows(at)) {
        const seasonal = season.expected(at);
        const spread = Math.max(season.spread(at), floor);
        const shifted = Number.isNaN(offset.value) ? 0 : offset.value;
        const deviation = (value - seasonal - shifted) / spread;
        judge(name, deviation, LEAST_SEASONAL);
        offset.add(value - seasonal, CLIP * spread);
        expected = seasonal + shifted;
        missed = deviation;
      }
      season.add(at, value);
    }
    if (expected === undefined && Number.isFinite(this.#past.value)) {
      expected = this.#past.value;
      const usual = Math.max(this.#surprises.past.usual, floor);
      missed = (value - expected) / usual;
    }
    return [expected, missed];
  }

  #learn(value: number): void {
    const clip = (name: Comparison) => {
      const { usual } = this.#surprises[name];
      return this.#count > EARLY ? CLIP * usual : Number.POSITIVE_INFINITY;
    };
    if (Number.isFinite(this.#past.value)) this.#wander.add(Math.abs(value - this.#past.value));
    this.#past.add(value, clip('past'));
    this.#trend.add(value, clip('trend'));
    const [, second, third] = this.#last;
    this.#last = [second, third, value];
  }

  #isReady(at: number): boolean {
    if (this.#count <= LEAST_WARM_UP) return false;
    return this.#count > MOST_WARM_UP || at - this.#firstAt >= DAY;
  }

  /** What cannot be told from nothing: a part of how far the series wanders about, or what rounding may be. */
  #leastDeviation(): number {
    const rounding = Number.isFinite(this.#past.value) ? Math.abs(this.#past.value) * ROUNDING : 0;
    return Math.max(this.#wander.value * LEAST_DEVIATION, rounding, Number.MIN_VALUE);
  }

  /** A day has parts of a quarter of an hour, a week of an hour; none has fewer values than one. */
  #makeSeasons(step: number): void {
    this.#seasonsFor = step;
    this.#seasons = [];
    for (const [name, length, part] of [
      ['day', DAY, HOUR / 4],
      ['week', WEEK, HOUR],
    ] as const) {
      const parts = Math.floor(length / Math.max(part, step));
      if (parts < FEWEST_PARTS) continue;
      const season = new Season(length, parts, length / parts / step);
      this.#seasons.push({ name, season, offset: new Level(Math.max(OFFSET, DAY / step)) });
    }
  }

  #forgetNeighbours(): void {
    this.#last = [Number.NaN, Number.NaN, Number.NaN];
    this.#trend.set(this.#past.value);
  }
}

/** Of three; NaN while there are fewer. */
const medianOf = ([a, b, c]: readonly [number, number, number]): number =>
  Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
