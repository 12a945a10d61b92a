import { MINUTE, SECOND } from '../../demo/durations.js';
import { Random } from '../../demo/random.js';
import type { StuckOrder } from '../../src/alerts/engine/world.js';
import type { ConditionOf } from '../../src/contract/alert-rule.js';
import type { Incident } from './incident.js';
import { poisson } from './minutes.js';
import type { Ordinary } from './ordinary.js';
import { appetite } from './platform.js';

/** Orders a minute, over a week, of this many restaurants, the best known of which has some 6 % of them. */
const RATE = 6;
const RESTAURANTS = 150;
/** Part of the orders that wait long for the restaurant, and are accepted or cancelled before a quarter of an hour is over. */
const LONG_WAITS = 0.005;

const stages = [
  'placed',
  'accepted',
  'preparing',
  'ready',
  'courier_assigned',
  'picked_up',
  'delivered',
] as const;
type Stage = (typeof stages)[number];

interface Order {
  id: string;
  restaurant: string;
  /** When each stage was reached, Unix ms; what is missing never was. */
  times: Partial<Record<Stage, number>>;
  /** Delivered, cancelled or rejected. */
  ended: number;
}

interface Wait extends StuckOrder {
  from: number;
  to: number;
}

/** The orders of a month, and which are stuck at a time. */
export class SimulatedOrders {
  readonly #orders: Order[] = [];
  readonly #waits = new Map<string, Map<number, Wait[]>>();
  readonly #incidents: readonly Incident[];
  readonly #rain: Ordinary['rain'];

  constructor(
    seed: string,
    { start, days, scale }: { start: number; days: number; scale: number },
    incidents: readonly Incident[],
    rain: Ordinary['rain'],
  ) {
    this.#incidents = incidents.filter(({ orders }) => orders !== undefined);
    this.#rain = rain;
    const random = new Random(`${seed}/orders`);
    for (const one of this.#incidents)
      if (one.orders === 'not accepted by a restaurant') one.restaurant = `r_${random.int(1, 20)}`;
    for (let at = start; at < start + days * 1_440 * MINUTE; at += MINUTE) {
      const count = poisson(random, RATE * scale * appetite(at));
      for (let index = 0; index < count; index += 1) this.#add(random, at + random.between(0, MINUTE));
    }
    for (const one of this.#incidents) {
      if (one.order === undefined && one.restaurant === undefined && one.orders !== 'without courier')
        this.#add(random, one.begin, one);
    }
  }

  /** As World.stuckOrders. */
  stuck(condition: ConditionOf<'stuck_order'>, at: number): StuckOrder[] {
    const key = `${condition.after} ${condition.without} ${condition.minutes} ${condition.restaurant_id}`;
    let waits = this.#waits.get(key);
    if (!waits) {
      waits = this.#longWaits(condition);
      this.#waits.set(key, waits);
    }
    return (waits.get(Math.floor(at / PIECE)) ?? []).filter(({ from, to }) => from <= at && at < to);
  }

  #longWaits({ after, without, minutes, restaurant_id }: ConditionOf<'stuck_order'>): Map<number, Wait[]> {
    const byPiece = new Map<number, Wait[]>();
    for (const { id, restaurant, times, ended } of this.#orders) {
      const since = times[after];
      if (since === undefined || (restaurant_id !== undefined && restaurant !== restaurant_id)) continue;
      const [from, to] = [since + minutes * MINUTE, Math.min(times[without] ?? ended, ended)];
      if (from >= to) continue;
      for (let piece = Math.floor(from / PIECE); piece <= Math.floor(to / PIECE); piece += 1) {
        const list = byPiece.get(piece) ?? [];
        byPiece.set(piece, list);
        list.push({ order_id: id, restaurant_id: restaurant, since, from, to });
      }
    }
    return byPiece;
  }

  /** An order's life; `stuck`: the one that an incident is about. */
  #add(random: Random, placed: number, stuck?: Incident): void {
    const id = `o_${this.#orders.length + 1}`;
    const restaurant = `r_${1 + Math.floor(RESTAURANTS * random.between(0, 1) ** 1.8)}`;
    if (stuck) stuck.order = id;
    const isIn = (span: { begin: number; end: number }, at: number) => at >= span.begin && at < span.end;
    const isRain = this.#rain.some((span) => isIn(span, placed));
    const busy = appetite(placed) > 2 || isRain ? 1.6 : 1;
    const order: Order = { id, restaurant, times: { placed }, ended: 0 };
    this.#orders.push(order);
    const cancelAt = (at: number) => {
      order.ended = at;
    };
    const idle = this.#incidents.some((one) => one.restaurant === restaurant && isIn(one, placed));
    if (idle) {
      cancelAt(placed + random.between(12, 25) * MINUTE);
      return;
    }
    if (stuck?.orders === 'not accepted') {
      cancelAt(stuck.end);
      return;
    }
    let wait = 20 * SECOND + random.exponential() * MINUTE * busy;
    if (!stuck && random.chance(LONG_WAITS)) {
      wait = random.between(5, 14.5) * MINUTE;
      if (random.chance(0.5)) {
        cancelAt(placed + wait);
        return;
      }
    }
    const { times } = order;
    times.accepted = stuck ? placed : placed + Math.min(wait, 14 * MINUTE);
    if (stuck?.orders === 'not ready') {
      cancelAt(stuck.end);
      return;
    }
    times.preparing = times.accepted + random.between(0.5, 3) * MINUTE;
    times.ready = stuck ? placed : times.preparing + random.between(6, 25) * MINUTE * Math.sqrt(busy);
    const assigned = times.ready + (random.exponential() * 2.5 - 4) * MINUTE * busy;
    times.courier_assigned = Math.max(times.accepted, assigned);
    const stall = this.#incidents.find(
      ({ orders, ...span }) => orders === 'without courier' && isIn(span, times.courier_assigned ?? 0),
    );
    if (stall) times.courier_assigned = stall.end + random.between(0, 20) * MINUTE;
    times.picked_up = stuck
      ? placed
      : Math.max(times.ready, times.courier_assigned) + random.between(0.5, 6) * MINUTE * busy;
    times.delivered = stuck ? stuck.end : times.picked_up + random.between(6, 28) * MINUTE * busy;
    order.ended = times.delivered;
  }
}

const PIECE = 10 * MINUTE;
