import { positionNear, report } from './rides.js';
import { type Acting, DAY, HOUR, MINUTE, SECOND } from './stream.js';
import { newSession, type Scene, think } from './visits.js';
import { ipOf, type Person } from './world.js';

export const plantKinds = [
  'burst',
  'stuffing',
  'scraping',
  'new device',
  'movement',
  'refund or promo',
  'shared session',
] as const;
export type PlantKind = (typeof plantKinds)[number];

/** A planted case: whoever a finding may name for it, and its time. */
export interface Plant {
  kind: PlantKind;
  what: string;
  subjects: string[];
  from: number;
  to: number;
}

type Planter = (scene: Scene, begin: number) => Plant;

const as = (scene: Scene, user_id: string, more: Partial<Acting> = {}): Acting => ({
  user_id,
  user_type: user_id === 'anonymous' ? null : 'customer',
  session_id: newSession(scene),
  ip_address: ipOf(scene.random),
  platform: 'android',
  identity: user_id === 'anonymous' ? 'anonymous' : 'token',
  ...more,
});

/** Where many ordinary people are too, or not. */
const somewhere = ({ random, world }: Scene): string =>
  random.chance(0.3)
    ? random.pick(world.carriers)
    : random.chance(0.3)
      ? random.pick(world.offices)
      : ipOf(random);

/** Somebody who came before, with a visit two days ago or so. */
function regular({ random, world }: Scene, rate: number): Person {
  for (;;) {
    const person = random.pick(world.people);
    if (person.rate >= rate && !person.viaPartner && person.lastVisit > 0) return person;
  }
}

const burst: Planter = (scene, begin) => {
  const { random, stream } = scene;
  const person = regular(scene, 0.4);
  const who = as(scene, person.id, { ip_address: person.home, platform: person.platform });
  const actions = Math.round(Math.max(90, 20 * person.size * random.between(5, 14)));
  const minutes = random.between(2, 20);
  let at = begin;
  for (let index = 0; index < actions; index += 1) {
    stream.action(who, at, random.pick(['cartService.addItem', 'cartService.getCart', 'orderService.quote']));
    at += (random.exponential() * minutes * MINUTE) / actions;
  }
  return {
    kind: 'burst',
    what: `${actions} in ${minutes.toFixed(0)} min`,
    subjects: [person.id],
    from: begin,
    to: at,
  };
};

const stuffing: Planter = (scene, begin) => {
  const { random, stream, world } = scene;
  let at = begin;
  if (random.chance(0.3)) {
    const victim = random.pick(world.people).id;
    const places = Array.from({ length: random.int(6, 30) }, () => ipOf(random));
    const tries = random.int(14, 60);
    for (let index = 0; index < tries; index += 1) {
      stream.action(as(scene, victim, { ip_address: random.pick(places) }), at, 'authService.login', {
        success: index === tries - 1 && random.chance(0.3),
      });
      at += (random.exponential() * 40 * MINUTE) / tries;
    }
    return {
      kind: 'stuffing',
      what: `${tries} on one account from ${places.length}`,
      subjects: [victim],
      from: begin,
      to: at,
    };
  }
  const ip = somewhere(scene);
  const accounts = random.int(20, 120);
  const session = random.chance(0.5) ? newSession(scene) : null;
  const minutes = random.between(8, 45);
  for (let index = 0; index < accounts; index += 1) {
    const who = as(scene, random.pick(world.people).id, { ip_address: ip });
    stream.action({ ...who, session_id: session ?? who.session_id }, at, 'authService.login', {
      success: random.chance(0.02),
    });
    at += (random.exponential() * minutes * MINUTE) / accounts;
  }
  return {
    kind: 'stuffing',
    what: `${accounts} accounts in ${minutes.toFixed(0)} min`,
    subjects: [ip, ...(session === null ? [] : [session])],
    from: begin,
    to: at,
  };
};

const scraping: Planter = (scene, begin) => {
  const { random, stream, world } = scene;
  const how = random.pick(['account', 'account', 'session', 'address'] as const);
  const id = how === 'account' ? regular(scene, 0.2).id : 'anonymous';
  const who = as(scene, id, { ip_address: somewhere(scene), platform: 'web' });
  const targets = random.int(90, 320);
  const gap = random.between(1.5, 12) * SECOND;
  const isHuman = random.chance(0.25);
  const jitter = random.between(0.05, 0.6);
  let at = begin;
  for (let index = 0; index < targets; index += 1) {
    stream.action(
      how === 'address' ? { ...who, session_id: random.chance(0.5) ? newSession(scene) : null } : who,
      at,
      random.pick(['menuService.getMenu', 'restaurantService.getRestaurant']),
      { target: world.shops[(index * 7) % world.shops.length]?.id },
    );
    at += isHuman ? think(random) : gap * random.between(1 - jitter, 1 + jitter);
  }
  const subjects = how === 'account' ? [id] : [who.session_id ?? '', who.ip_address ?? ''];
  return {
    kind: 'scraping',
    what: `${targets} by ${how}, ${isHuman ? 'at a human pace' : `jitter ${jitter.toFixed(2)}, gap ${(gap / 1_000).toFixed(0)} s`}`,
    subjects,
    from: begin,
    to: at,
  };
};

const newDevice: Planter = (scene, begin) => {
  const { random, stream } = scene;
  const person = regular(scene, 0.8);
  const platform = random.pick(['ios', 'android', 'web'].filter((one) => one !== person.platform));
  const who = as(scene, person.id, {
    platform,
    ip_address: random.chance(0.85) ? ipOf(random) : somewhere(scene),
  });
  const ways = [
    ['authService.changePassword'],
    ['profileService.changeEmail'],
    ['authService.changePassword', 'profileService.changeEmail'],
    ['walletService.requestPayout', 'authService.changePassword'],
    ['profileService.changeEmail', 'profileService.addAddress', 'paymentService.authorize'],
    ['walletService.withdraw'],
  ];
  const acts = random.pick(ways);
  let at = begin;
  for (const method of ['authService.login', 'profileService.getProfile', ...acts]) {
    stream.action(who, at, method);
    at += think(random) * 3;
  }
  return { kind: 'new device', what: acts.join(' '), subjects: [person.id], from: begin, to: at };
};

const movement: Planter = (scene, drawn) => {
  const { random, world } = scene;
  const free = Array.from({ length: 20 }, () => random.pick(world.riders)).filter(({ planted }) => !planted);
  const rider = free.reduce((best, next) => (next.busyUntil < best.busyUntil ? next : best));
  const begin = Math.max(drawn, rider.busyUntil + 5 * MINUTE);
  rider.planted = true;
  const here = { latitude: rider.latitude, longitude: rider.longitude };
  const there = (metres: number) => positionNear(random, here, metres);
  const minutes = random.int(8, 25);
  const door = begin + minutes * MINUTE;
  const how = random.pick(['jump', 'two phones', 'far']);
  const metres = how === 'far' ? 80_000 : random.between(5_000, 14_000);
  const angle = random.between(0, 2 * Math.PI);
  const other = {
    latitude: here.latitude + (metres * Math.sin(angle)) / 111_000,
    longitude: here.longitude + (metres * Math.cos(angle)) / 84_000,
  };
  if (how === 'two phones') {
    report(scene, rider, 'o_a', here, there(1_500), begin, door);
    report(scene, rider, 'o_b', other, positionNear(random, other, 1_500), begin + 7 * SECOND, door);
  } else {
    report(scene, rider, 'o_a', here, there(600), begin, begin + 5 * MINUTE);
    const stay = positionNear(random, other, 600);
    report(scene, rider, 'o_a', other, stay, begin + 5.4 * MINUTE, door);
  }
  return {
    kind: 'movement',
    what: `${how}, ${Math.round(metres / 1_000)} km`,
    subjects: [rider.id],
    from: begin,
    to: door,
  };
};

const refundOrPromo: Planter = (scene, begin) => {
  const { random, stream, counts } = scene;
  const kind = 'refund or promo';
  const how = random.pick(['refunds', 'refunds', 'ring', 'again', 'guesses']);
  let at = begin;
  if (how === 'refunds') {
    const person = regular(scene, 0.3);
    const orders = random.int(5, 10);
    for (let index = 0; index < orders; index += 1) {
      counts.orders += 1;
      const order = `o_${counts.orders}`;
      stream.event(at, 'order_placed', order, person.id, { customer_id: person.id, amount: 300 });
      if (index < 3 ? random.chance(0.9) : random.chance(0.75)) {
        stream.event(at + 70 * MINUTE, 'payment_refunded', order, 'paymentService', {
          customer_id: person.id,
          amount: 300,
        });
      }
      at += random.between(1, 5) * HOUR;
    }
    return {
      kind,
      what: `refunds of ${orders} orders`,
      subjects: [person.id],
      from: begin,
      to: at + 2 * HOUR,
    };
  }
  if (how === 'ring') {
    const ip = somewhere(scene);
    const accounts = random.int(8, 20);
    const session = random.chance(0.5) ? newSession(scene) : null;
    for (let index = 0; index < accounts; index += 1) {
      counts.newcomers += 1;
      const id = `n_${counts.newcomers}`;
      const who = as(scene, id, { ip_address: ip });
      stream.event(at, 'user_registered', id, id);
      const one = { ...who, session_id: session ?? who.session_id };
      stream.action(one, at + 5 * SECOND, 'authService.register');
      stream.action(one, at + MINUTE, 'cartService.applyCoupon', { coupon: 'HOSGELDIN50' });
      stream.action(one, at + 2 * MINUTE, 'orderService.placeOrder');
      at += random.between(2, 12) * MINUTE;
    }
    return {
      kind,
      what: `ring of ${accounts}`,
      subjects: [ip, ...(session === null ? [] : [session])],
      from: begin,
      to: at,
    };
  }
  const person = regular(scene, 0.2);
  const who = as(scene, person.id, { ip_address: person.home, platform: person.platform });
  const times = how === 'again' ? random.int(8, 16) : random.int(12, 40);
  for (let index = 0; index < times; index += 1) {
    stream.action(who, at, 'cartService.applyCoupon', {
      coupon: how === 'again' ? 'OGLE20' : `OGLE${random.int(100, 999)}`,
      success: how === 'again',
    });
    at += how === 'again' ? random.between(2, 14) * MINUTE : think(random);
  }
  return { kind, what: `${how} ${times}`, subjects: [person.id], from: begin, to: at };
};

const sharedSession: Planter = (scene, begin) => {
  const { random, stream, world } = scene;
  const session_id = newSession(scene);
  const users = Array.from({ length: random.int(4, 15) }, () => random.pick(world.people));
  const hours = random.between(0.5, 8);
  let last = begin;
  for (const person of users) {
    const who = as(scene, person.id, {
      session_id,
      platform: person.platform,
      ip_address: random.chance(0.7) ? person.home : somewhere(scene),
    });
    let at = begin + random.between(0, hours) * HOUR;
    for (let index = random.int(2, 8); index > 0; index -= 1) {
      stream.action(who, at, 'menuService.getMenu', { target: world.pickShop(random).id });
      at += think(random);
    }
    last = Math.max(last, at);
  }
  return {
    kind: 'shared session',
    what: `${users.length} users in ${hours.toFixed(1)} h`,
    subjects: [session_id],
    from: begin,
    to: last,
  };
};

const planters: Record<PlantKind, Planter> = {
  burst,
  stuffing,
  scraping,
  'new device': newDevice,
  movement,
  'refund or promo': refundOrPromo,
  'shared session': sharedSession,
};

export interface Planned {
  at: number;
  plant: () => Plant;
}

/** When to plant what: `count` cases, as many of each kind, from the third day on, in waking hours. */
export function planPlants(scene: Scene, count: number, days: number): Planned[] {
  const { random, start } = scene;
  return Array.from({ length: count }, (_, index) => {
    const kind = plantKinds[index % plantKinds.length] ?? 'burst';
    const at = start + random.int(2, days - 1) * DAY + random.between(6, 20) * HOUR;
    return { at, plant: () => planters[kind](scene, at) };
  }).sort((a, b) => a.at - b.at);
}
