import { arrivals } from './arrivals.js';
import { dayCurve } from './day-curve.js';
import { SECOND } from './durations.js';
import type { Incident } from './incident.js';
import type { Item } from './item.js';
import type { Clock } from './plan-clock.js';
import { Random } from './random.js';
import { Script } from './script.js';
import { backOffice } from './stories/back-office.js';
import { orderLife } from './stories/order-life.js';
import { People } from './stories/people.js';
import { stuffing } from './stories/stuffing.js';
import { leave, visit } from './stories/visit.js';
import { Timeline } from './timeline.js';
import { createWorld, type WorldSize } from './world.js';

export interface Plan {
  seed: string;
  size: WorldSize;
  clock: Clock;
  incidents: readonly Incident[];
  /** Orders expected in the past, and while the run lasts. */
  orders: { history: number; live: number };
}

/** For each order, how many look around and leave, and how much happens in the back office. */
const VISITS = 0.4;
const BACK_OFFICE = 0.3;

/** While the idle restaurant is idle, this share of all orders goes there: it runs a promotion, which is why it hurts. */
const TO_THE_IDLE = 0.3;

/**
 * The whole platform's life as one sequence in time. Pure: the same plan gives the same items, and another `clock.start` the same items at
 * another time (in runs that are long enough to have peaks, the hour of the day moves them).
 */
export function* simulate({ seed, size, clock, incidents, orders }: Plan): Generator<Item> {
  const { start, liveFrom, span } = clock;
  const root = new Random(seed);
  const timeline = new Timeline<Item>();
  const script = new Script({
    start,
    incidents,
    ids: root.fork('ids'),
    play: (item) => {
      if (item.at < span) timeline.add(item);
    },
  });
  const run = new Random(`${seed}/${start}`).hex(6);
  const people = new People(createWorld(root, size), run);

  const customerComes = (at: number, random: Random, buys: boolean): void => {
    const customer = people.customer(random);
    const toIdle = random.chance(TO_THE_IDLE) && script.isActive('idle-restaurant', at);
    const usual = people.restaurant(random, customer);
    const facts = people.facts(random, customer, toIdle ? people.idleRestaurant() : usual);
    const session = people.session(customer);
    const full = visit(script, session, facts, at);
    if (buys) orderLife({ script, people, facts, session }, full);
    else leave(script, session, facts, full);
  };

  const curve = dayCurve(start, span);
  const begin = (label: string, rate: number, tell: (at: number, random: Random) => void) => {
    const times = root.fork(label);
    const history = arrivals(times, { from: 0, to: liveFrom, expected: orders.history * rate }, curve);
    const live = arrivals(times, { from: liveFrom, to: span, expected: orders.live * rate }, curve);
    return [...history, ...live].map((at, index) => ({
      at,
      tell: () => tell(at, root.fork(`${label}-${index}`)),
    }));
  };
  // One attempt in three simulated seconds, or ten in one on the wall where time goes slowly.
  const every = Math.min(3, clock.speed / 10) * SECOND;
  const stories = [
    ...begin('order', 1, (at, random) => customerComes(at, random, true)),
    ...begin('visit', VISITS, (at, random) => customerComes(at, random, false)),
    ...begin('back-office', BACK_OFFICE, (at, random) => backOffice(script, people, random, at)),
    ...incidents
      .filter(({ kind }) => kind === 'stuffing')
      .map((incident, index) => ({
        at: incident.from,
        tell: () => stuffing(script, people, root.fork(`stuffing-${index}`), incident, every),
      })),
  ].sort((a, b) => a.at - b.at);

  // A story writes nothing earlier than its own beginning, so what is before that is complete.
  for (const story of stories) {
    yield* timeline.takeBefore(story.at);
    story.tell();
  }
  yield* timeline.takeBefore(span);
}
