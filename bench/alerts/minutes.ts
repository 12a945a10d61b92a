import { DAY, MINUTE } from '../../demo/durations.js';
import { Random } from '../../demo/random.js';
import { LatencySketch } from '../../src/store/rollups/latency-sketch.js';
import type { MethodFigures, MinuteFigures } from '../../src/store/rollups/minute-figures.js';
import { type Disturbance, strength } from './disturbance.js';
import { appetite, type Method } from './platform.js';

/** Times drawn of a minute's calls at most; more calls share them. */
const MOST_DRAWN = 60;
/** A part of a method's calls that meets a lock or a bad radio link, and takes 4 to 15 times as long. */
const SLOW = 0.02;
/** How much one service's minute differs from what is expected beyond chance, and a day from another. */
const MINUTE_NOISE = 0.05;
const DAY_NOISE = 0.05;
/** Growth of traffic a day. */
const GROWTH = 0.004;
/** Longest that anybody waits, in ms. */
const TIMEOUT = 30_000;

/** What the calls of a platform look like, minute by minute; the same for the same seed, in whatever pieces it is read. */
export class SimulatedMinutes {
  readonly #seed: string;
  readonly #methods: readonly Method[];
  readonly #start: number;
  /** By the hours that they touch. */
  readonly #byHour = new Map<number, Disturbance[]>();
  readonly #factors: Float64Array;

  constructor(seed: string, methods: readonly Method[], start: number, disturbances: readonly Disturbance[]) {
    this.#seed = seed;
    this.#methods = methods;
    this.#start = start;
    for (const one of disturbances) {
      for (let hour = Math.floor(one.begin / HOUR); hour <= Math.floor(one.end / HOUR); hour += 1) {
        const list = this.#byHour.get(hour);
        if (list) list.push(one);
        else this.#byHour.set(hour, [one]);
      }
    }
    const random = new Random(`${seed}/times`);
    this.#factors = Float64Array.from({ length: 16_384 }, () => {
      const usual = Math.exp(0.45 * random.normal());
      return random.chance(SLOW) ? usual * random.between(4, 15) : usual;
    });
  }

  between(from: number, to: number): MinuteFigures[] {
    const minutes: MinuteFigures[] = [];
    for (let at = Math.max(from, this.#start); at < to; at += MINUTE) minutes.push(this.#minute(at));
    return minutes;
  }

  #minute(at: number): MinuteFigures {
    const random = new Random(`${this.#seed}/${at}`);
    const day = Math.floor((at - this.#start) / DAY);
    const ofDay = new Random(`${this.#seed}/day ${day}`);
    const level = Math.exp(DAY_NOISE * ofDay.normal()) * (1 + GROWTH * day);
    const pace = Math.exp(0.03 * ofDay.normal());
    const hungry = appetite(at + MINUTE / 2);
    const active = (this.#byHour.get(Math.floor(at / HOUR)) ?? []).filter(
      ({ begin, end }) => begin < at + MINUTE && end > at,
    );
    const ofService = new Map<string, number>();
    const services = this.#methods.flatMap((method) => {
      let noise = ofService.get(method.service);
      if (noise === undefined) {
        noise = random.normal();
        ofService.set(method.service, noise);
      }
      const rate = method.rate * level * (method.flat + (1 - method.flat) * hungry);
      const row = this.#method(random, at, method, rate * Math.exp(MINUTE_NOISE * noise), {
        active,
        pace: pace * (1 + 0.04 * hungry) * Math.exp(0.03 * random.normal()),
      });
      return row ? [row] : [];
    });
    return { at, services, activity: [] };
  }

  #method(
    random: Random,
    at: number,
    { service, name, median, failing: usually, byPeople }: Method,
    usualRate: number,
    { active, pace }: { active: readonly Disturbance[]; pace: number },
  ): MethodFigures | undefined {
    let rate = usualRate;
    let failing = 0;
    let failedTakes: number | undefined;
    const slower: [part: number, factor: number][] = [];
    for (const one of active) {
      if (one.service !== undefined && one.service !== service) continue;
      if (one.method !== undefined && one.method !== name) continue;
      if (one.byPeople && !byPeople) continue;
      const share = strength(one, at, at + MINUTE);
      if (one.traffic !== undefined) rate *= 1 + share * (one.traffic - 1);
      if (one.failing !== undefined) {
        failing = 1 - (1 - failing) * (1 - share * one.failing);
        failedTakes = one.failedTakes;
      }
      // What creeps is a little of all calls; what begins within a minute is all of some calls.
      if (one.slower !== undefined)
        slower.push(one.ramp ? [1, 1 + share * (one.slower - 1)] : [share, one.slower]);
    }
    const calls = poisson(random, rate);
    if (calls === 0) return undefined;
    const disturbed = binomial(random, calls, failing);
    const failures = disturbed + binomial(random, calls - disturbed, usually);
    const sketch = new LatencySketch();
    let sum = 0;
    const drawn = Math.min(calls, MOST_DRAWN);
    for (let index = 0; index < drawn; index += 1) {
      const times = Math.floor(calls / drawn) + (index < calls % drawn ? 1 : 0);
      let ms = median * pace * (this.#factors[random.bits() & 16_383] ?? 1);
      for (const [part, factor] of slower) if (part === 1 || random.chance(part)) ms *= factor;
      if (failedTakes !== undefined && random.chance(disturbed / calls))
        ms = failedTakes * random.between(0.8, 1.2);
      ms = Math.min(ms, TIMEOUT);
      sketch.add(ms, times);
      sum += ms * times;
    }
    return {
      service_name: service,
      method_name: name,
      calls,
      failures,
      untimed: 0,
      untimed_failures: 0,
      time_sum: sum,
      sketch,
    };
  }
}

const HOUR = 60 * MINUTE;

/** Knuth's way for few, the normal distribution for many. */
export function poisson(random: Random, mean: number): number {
  if (mean > 40) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.between(0, 1); product > limit; product *= random.between(0, 1)) count += 1;
  return count;
}

function binomial(random: Random, count: number, probability: number): number {
  if (probability <= 0 || count === 0) return 0;
  if (probability >= 1) return count;
  const variance = count * probability * (1 - probability);
  if (variance > 25)
    return Math.min(
      count,
      Math.max(0, Math.round(count * probability + Math.sqrt(variance) * random.normal())),
    );
  let hits = 0;
  for (let index = 0; index < count; index += 1) if (random.chance(probability)) hits += 1;
  return hits;
}
