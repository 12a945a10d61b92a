import { dayCurve } from '../../demo/day-curve.js';
import { Random } from '../../demo/random.js';
import type { WatchedRow } from '../../src/alerts/users/watched-row.js';
import { type Plant, planPlants } from './plants.js';
import { DAY, HOUR, Stream } from './stream.js';
import { arriveAs, isBusyEvening, isPromoDay, newcomer, passerBy, type Scene, visit } from './visits.js';
import { agent, counter, machines } from './work.js';
import { createWorld } from './world.js';

export interface Simulation {
  seed: number;
  users: number;
  days: number;
  plants: number;
}

const START = Date.UTC(2026, 0, 5);

/** Days of a platform, hour by hour, in the order of arrival; what was planted goes into `planted` as it comes. */
export function* simulate(
  { seed, users, days, plants }: Simulation,
  planted: Plant[],
): Generator<WatchedRow> {
  const random = new Random(`users ${seed}`);
  const world = createWorld(random.fork('world'), users);
  const stream = new Stream(random.fork('arrival'));
  const scene: Scene = {
    random: random.fork('people'),
    world,
    stream,
    start: START,
    counts: { sessions: 0, orders: 0, newcomers: 0 },
  };
  const curve = dayCurve(START, days * DAY);
  const planned = planPlants({ ...scene, random: random.fork('plants') }, plants, days);
  for (let hour = START; hour < START + days * DAY; hour += HOUR) {
    // The curve's mean is 1.07 an hour.
    const drawn =
      (curve(hour - START + HOUR / 2) / 24) *
      (isPromoDay(scene, hour) ? 1.5 : 1) *
      (isBusyEvening(scene, hour) ? 2 : 1);
    for (const person of world.people) {
      if (!scene.random.chance(1 - Math.exp(-person.rate * drawn))) continue;
      visit(scene, person, arriveAs(scene, person), hour + scene.random.between(0, HOUR));
    }
    for (let index = 0; index < 100 * drawn * (users / 20_000); index += 1) {
      newcomer(scene, hour + scene.random.between(0, HOUR));
    }
    for (let index = 0; index < 3_000 * drawn * (users / 20_000); index += 1) {
      passerBy(scene, hour + scene.random.between(0, HOUR));
    }
    if ((hour - START) % DAY === 7 * HOUR) {
      for (const shop of world.shops) counter(scene, shop, hour + scene.random.between(0, 3 * HOUR));
      for (const id of world.agents) agent(scene, id, hour + scene.random.between(0, 6 * HOUR));
    }
    machines(scene, hour);
    while (planned[0] && planned[0].at < hour + HOUR) {
      const next = planned.shift();
      if (next) planted.push(next.plant());
    }
    yield* stream.until(hour + HOUR);
  }
  yield* stream.until(Number.POSITIVE_INFINITY);
}
