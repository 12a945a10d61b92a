import type { UserType } from './item.js';
import { cuisines, dishes, restaurantNames } from './names.js';
import { type Place, placeNear } from './place.js';
import type { Random } from './random.js';

/** Whoever calls a service, with what their app says of itself. */
export interface Actor {
  id: string;
  type: UserType;
  platform: 'ios' | 'android' | 'web';
  appVersion: string;
  device: string;
  place: Place;
}

export interface Dish {
  id: string;
  name: string;
  price: number;
}

export interface Restaurant extends Actor {
  name: string;
  cuisine: string;
  menu: readonly Dish[];
  preparationMinutes: number;
}

export interface Courier extends Actor {
  vehicle: 'bicycle' | 'scooter' | 'car';
  /** Simulated ms until which the courier is busy: the only thing that changes in this world. */
  busyUntil: number;
}

export interface World {
  customers: readonly Actor[];
  restaurants: readonly Restaurant[];
  couriers: readonly Courier[];
  admins: readonly Actor[];
}

export interface WorldSize {
  customers: number;
  restaurants: number;
  couriers: number;
}

/** Who lives in the world. Their ids are the same in every run, so that a server that saw several runs knows them again. */
export function createWorld(random: Random, size: WorldSize): World {
  const people = random.fork('people');
  return {
    customers: range(size.customers).map((n) => createActor(people, `u_${n}`, 'customer')),
    restaurants: range(size.restaurants).map((n) => createRestaurant(random.fork(`restaurant-${n}`), n)),
    couriers: range(size.couriers).map((n) => ({
      ...createActor(people, `d_${n}`, 'delivery'),
      vehicle: people.pick(['bicycle', 'scooter', 'scooter', 'car'] as const),
      busyUntil: 0,
    })),
    admins: range(3).map((n) => createActor(people, `admin_${n}`, 'admin')),
  };
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index + 1);

const phones = {
  ios: ['iPhone 13', 'iPhone 14', 'iPhone 15 Pro', 'iPhone SE'],
  android: ['Samsung A54', 'Samsung S23', 'Xiaomi Note 12', 'Oppo Reno 8', 'Pixel 8'],
  web: ['Chrome 141', 'Safari 18', 'Firefox 144'],
} as const;

export function createActor(random: Random, id: string, type: UserType): Actor {
  const platforms = {
    customer: ['android', 'android', 'android', 'ios', 'ios', 'web'],
    restaurant: ['android', 'web'],
    delivery: ['android', 'android', 'ios'],
    admin: ['web'],
  } as const;
  const platform = random.pick<Actor['platform']>(platforms[type]);
  const appVersion = random.pick(['5.2.0', '5.2.0', '5.2.0', '5.1.3', '5.1.3', '4.9.7']);
  return {
    id,
    type,
    platform,
    appVersion,
    device: random.pick<string>(phones[platform]),
    place: placeNear(random),
  };
}

function createRestaurant(random: Random, n: number): Restaurant {
  const name = restaurantNames[(n - 1) % restaurantNames.length] ?? '';
  const branch = Math.ceil(n / restaurantNames.length);
  return {
    ...createActor(random, `r_${n}`, 'restaurant'),
    name: branch === 1 ? name : `${name} ${branch}`,
    cuisine: random.pick(cuisines),
    menu: range(random.int(6, 10)).map((dish) => ({
      id: `m_${n}_${dish}`,
      name: random.pick(dishes),
      price: random.int(6, 64) * 5 - 0.1,
    })),
    preparationMinutes: random.int(8, 22),
  };
}
