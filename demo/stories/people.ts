import { createOrder, type Facts } from '../order.js';
import { kilometres } from '../place.js';
import type { Random } from '../random.js';
import type { Session } from '../script.js';
import type { Actor, Courier, Restaurant, World } from '../world.js';
import { zipfPicker } from '../zipf-picker.js';

/** Who takes part in what happens next. */
export class People {
  readonly #run: string;
  readonly #world: World;
  readonly #customer: (random: Random) => Actor;
  readonly #restaurant: (random: Random) => Restaurant;
  #orders = 0;
  #sessions = 0;
  #newcomers = 0;

  /** `run` makes the ids of this run its own. */
  constructor(world: World, run: string) {
    this.#run = run;
    this.#world = world;
    // Of 500 customers the first comes every twentieth time: few people make much of the traffic.
    this.#customer = zipfPicker(world.customers, 0.7);
    this.#restaurant = zipfPicker(world.restaurants, 0.6);
  }

  get world(): World {
    return this.#world;
  }

  customer(random: Random): Actor {
    return this.#customer(random);
  }

  newcomer(): { id: string } {
    return { id: `u_${this.#run}_${++this.#newcomers}` };
  }

  /** One that is well known, and of three such the nearest. */
  restaurant(random: Random, customer: Actor): Restaurant {
    const known = [this.#restaurant(random), this.#restaurant(random), this.#restaurant(random)];
    const distance = (restaurant: Restaurant) => kilometres(restaurant.place, customer.place);
    return known.reduce((best, next) => (distance(next) < distance(best) ? next : best));
  }

  /** Of a few that are near, the one who is free first. */
  courier(random: Random): Courier {
    const near = Array.from({ length: 6 }, () => random.pick(this.#world.couriers));
    return near.reduce((best, next) => (next.busyUntil < best.busyUntil ? next : best));
  }

  /** The one whom `idle-restaurant` is about: the best known, or nobody would notice. */
  idleRestaurant(): Restaurant {
    const [first] = this.#world.restaurants;
    if (!first) throw new RangeError('There are no restaurants.');
    return first;
  }

  session(actor: Actor): Session {
    return { actor, id: `s_${this.#run}_${++this.#sessions}` };
  }

  /** Facts of one order, or of a basket that never becomes one. */
  facts(random: Random, customer: Actor, restaurant: Restaurant): Facts {
    const order = createOrder(random, restaurant, this.#run, ++this.#orders);
    return { random, customer, restaurant, order, courier: this.courier(random) };
  }
}
