import type { Random } from '../../demo/random.js';
import { zipfPicker } from '../../demo/zipf-picker.js';

export interface Person {
  id: string;
  /** Visits a day. */
  rate: number;
  /** How much is done in a visit, 1 is ordinary. */
  size: number;
  platform: string;
  home: string;
  office: string | null;
  /** Addresses of the carrier that hundreds share at once. */
  carrier: readonly string[];
  place: { latitude: number; longitude: number };
  /** Comes through a partner's back end, which sends all of its people from one address. */
  viaPartner: boolean;
  promoShare: number;
  refundShare: number;
  /** Keeps the order's page open, which asks every few seconds. */
  polls: boolean;
  /** Looks through whole lists, always. */
  browses: boolean;
  lastVisit: number;
}

export interface Rider {
  id: string;
  latitude: number;
  longitude: number;
  busyUntil: number;
  /** Nothing is planted where nothing rides. */
  planted: boolean;
}

export interface Shop {
  id: string;
  staff: string[];
  network: string;
  place: { latitude: number; longitude: number };
}

export interface World {
  people: Person[];
  riders: Rider[];
  shops: Shop[];
  agents: string[];
  carriers: string[];
  offices: string[];
  pickShop: (random: Random) => Shop;
}

const address = (random: Random) =>
  `${random.int(11, 220)}.${random.int(0, 255)}.${random.int(0, 255)}.${random.int(1, 254)}`;
const networkOf = (random: Random) =>
  random.chance(0.3)
    ? `2a02:${random.int(0x1000, 0xffff).toString(16)}:${random.int(1, 0xffff).toString(16)}:${random.int(1, 0xffff).toString(16)}::1`
    : address(random);

export const placeIn = (random: Random) => ({
  latitude: 40.98 + random.normal() * 0.03,
  longitude: 29.03 + random.normal() * 0.04,
});

export const ipOf = networkOf;

/** `users` people of all types, of whom nine in ten are customers. */
export function createWorld(random: Random, users: number): World {
  const carriers = Array.from({ length: 40 }, () => address(random));
  const offices = Array.from({ length: 60 }, () => address(random));
  const pickOffice = zipfPicker(offices, 0.7);
  const shops = Array.from({ length: Math.round(users * 0.0175) }, (_, index) => ({
    id: `r_${index}`,
    staff: Array.from({ length: random.int(1, 5) }, (_unused, staff) => `m_${index}_${staff}`),
    network: address(random),
    place: placeIn(random),
  }));
  const people = Array.from({ length: Math.round(users * 0.9) }, (_, index) => {
    const from = random.int(0, carriers.length - 8);
    return {
      id: `u_${index}`,
      rate: Math.min(7, 0.35 * Math.exp(0.9 * random.normal())),
      size: Math.exp(0.3 * random.normal()),
      platform: random.pick(['ios', 'android', 'android', 'web']),
      home: networkOf(random),
      office: random.chance(0.35) ? pickOffice(random) : null,
      carrier: carriers.slice(from, from + 8),
      place: placeIn(random),
      viaPartner: random.chance(0.08),
      promoShare: random.chance(0.1) ? 0.6 : 0.12,
      refundShare: random.chance(0.01) ? 0.06 : 0.015,
      polls: random.chance(0.15),
      browses: random.chance(0.003),
      lastVisit: Number.NEGATIVE_INFINITY,
    };
  });
  const riders = Array.from({ length: Math.round(users * 0.04) }, (_, index) => ({
    id: `d_${index}`,
    ...placeIn(random),
    busyUntil: 0,
    planted: false,
  }));
  return {
    people,
    riders,
    shops,
    agents: Array.from({ length: Math.round(users * 0.0025) }, (_, index) => `a_${index}`),
    carriers,
    offices,
    pickShop: zipfPicker(shops, 0.6),
  };
}
