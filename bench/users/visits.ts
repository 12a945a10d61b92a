import type { Random } from '../../demo/random.js';
import { ride } from './rides.js';
import { type Acting, DAY, HOUR, MINUTE, SECOND, type Stream } from './stream.js';
import { ipOf, type Person, type World } from './world.js';

export interface Scene {
  random: Random;
  world: World;
  stream: Stream;
  start: number;
  counts: { sessions: number; orders: number; newcomers: number };
}

/** The third day is one of promotions, and the second has a busy evening on which kitchens fail. */
export const isPromoDay = ({ start }: Scene, at: number): boolean => Math.floor((at - start) / DAY) === 3;
export const isBusyEvening = ({ start }: Scene, at: number): boolean =>
  Math.floor((at - start) / DAY) === 2 && (at - start) % DAY >= 16 * HOUR && (at - start) % DAY < 19 * HOUR;

export function newSession({ counts }: Scene): string {
  counts.sessions += 1;
  return `s_${counts.sessions}`;
}

/** Seconds that people take between two touches: long ones among short ones. */
export const think = (random: Random): number => SECOND * 5 * Math.exp(0.9 * random.normal());

/** How a person comes: from home, the office, on the way; now and then from elsewhere, or with a new phone. */
export function arriveAs(scene: Scene, person: Person): Acting {
  const { random } = scene;
  const place = random.between(0, 1);
  const ip =
    person.office !== null && place < 0.25
      ? person.office
      : place < 0.6
        ? random.pick(person.carrier)
        : place < 0.985
          ? person.home
          : ipOf(random);
  if (random.chance(0.004)) person.platform = random.pick(['ios', 'android', 'web']);
  return {
    user_id: person.id,
    user_type: 'customer',
    session_id: newSession(scene),
    ip_address: person.viaPartner ? '10.9.8.7' : ip,
    platform: person.platform,
    identity: person.viaPartner ? 'service' : 'token',
    ...(random.chance(0.01) ? { late: random.between(5, 40) * MINUTE } : {}),
  };
}

/** One visit: in, a look around, perhaps a basket, an order and its delivery. */
export function visit(scene: Scene, person: Person, who: Acting, begin: number): void {
  const { random, world, stream } = scene;
  person.lastVisit = begin;
  let at = begin;
  const act = (method: string, more?: Parameters<Stream['action']>[3]) => {
    stream.action(who, at, method, more);
    at += think(random);
  };
  if (random.chance(0.25)) logIn(scene, who, act);
  else act('authService.refreshSession');
  act('restaurantService.listNearby');
  const looks = person.browses
    ? random.int(50, 110)
    : Math.max(1, Math.round(4 * person.size * Math.exp(0.6 * random.normal())));
  for (let index = 0; index < looks; index += 1) {
    const shop = world.pickShop(random).id;
    act(
      random.pick(['restaurantService.getRestaurant', 'menuService.getMenu', 'reviewService.listReviews']),
      {
        target: shop,
      },
    );
    if (random.chance(0.2)) act('searchService.suggest', { target: random.hex(2) });
    if (random.chance(0.2)) act('menuService.getItemOptions', { target: `${shop}_i_${random.int(1, 20)}` });
  }
  if (random.chance(0.02)) act('profileService.addAddress');
  if (random.chance(0.004)) act('profileService.changeEmail');
  if (random.chance(0.004)) act('authService.changePassword');
  if (random.chance(0.01)) act('walletService.addCard');
  if (!random.chance(0.55)) return;
  const orders = random.chance(0.04) ? random.int(2, 3) : 1;
  for (let order = 0; order < orders; order += 1) at = buy(scene, person, who, at, act);
}

function logIn(scene: Scene, who: Acting, act: (method: string, more?: { success?: boolean }) => void): void {
  const { random } = scene;
  const slips = random.chance(0.003) ? random.int(4, 9) : random.chance(0.07) ? random.int(1, 3) : 0;
  for (let slip = 0; slip < slips; slip += 1) act('authService.login', { success: false });
  if (slips > 3) {
    act('authService.requestPasswordReset');
    act('authService.resetPassword');
  }
  act('authService.login');
  if (random.chance(0.1)) act('notificationService.registerDevice');
  void who;
}

function buy(
  scene: Scene,
  person: Person,
  who: Acting,
  begin: number,
  act: (method: string, more?: Parameters<Stream['action']>[3]) => void,
): number {
  const { random, world, stream, counts } = scene;
  const lines = random.chance(0.01) ? random.int(15, 40) : random.int(1, 5);
  for (let line = 0; line < lines; line += 1) act('cartService.addItem');
  const promo = isPromoDay(scene, begin) ? Math.min(0.9, person.promoShare * 4) : person.promoShare;
  if (random.chance(promo)) {
    if (random.chance(0.15)) act('cartService.applyCoupon', { coupon: random.hex(4), success: false });
    act('cartService.applyCoupon', { coupon: random.pick(['OGLE20', 'GECE15', 'HOSGELDIN50']) });
  }
  act('cartService.getCart');
  act('orderService.quote');
  act('orderService.placeOrder');
  act('paymentService.authorize', { success: !random.chance(0.05) });
  counts.orders += 1;
  const order = `o_${counts.orders}`;
  const shop = world.pickShop(random);
  const placed = begin + lines * 8 * SECOND + 30 * SECOND;
  stream.event(placed, 'order_placed', order, who.user_id, { customer_id: who.user_id, amount: 250 });
  const door = ride(scene, shop.place, person.place, order, placed + random.between(8, 20) * MINUTE);
  if (person.polls) {
    const every = random.pick([15, 20, 30]) * SECOND;
    for (let at = door - 15 * MINUTE; at < door; at += every) {
      stream.action(who, at, 'deliveryService.getPosition', { target: order });
    }
  } else {
    for (const share of [0.3, 0.6, 0.9]) {
      stream.action(who, placed + (door - placed) * share, 'orderService.getOrder', { target: order });
    }
  }
  const fails = isBusyEvening(scene, begin) ? 0.08 : person.refundShare;
  if (random.chance(fails)) {
    const at = door + random.between(10, 60) * MINUTE;
    stream.action(who, at - 5 * MINUTE, 'disputeService.openDispute', { target: order });
    stream.event(at, 'payment_refunded', order, 'paymentService', { customer_id: who.user_id, amount: 250 });
  }
  return begin + lines * 8 * SECOND + MINUTE;
}

/** Somebody new: registers, mostly where many are, and takes the coupon for newcomers. */
export function newcomer(scene: Scene, begin: number): void {
  const { random, stream, world, counts } = scene;
  counts.newcomers += 1;
  const id = `n_${counts.newcomers}`;
  const ip = random.chance(0.5)
    ? random.pick(world.carriers)
    : random.chance(0.4)
      ? random.pick(world.offices)
      : ipOf(random);
  const who: Acting = {
    user_id: id,
    user_type: 'customer',
    session_id: newSession(scene),
    ip_address: ip,
    platform: random.pick(['ios', 'android']),
    identity: 'token',
  };
  let at = begin;
  const act = (method: string, more?: Parameters<Stream['action']>[3]) => {
    stream.action(who, at, method, more);
    at += think(random);
  };
  act('authService.register');
  stream.event(at, 'user_registered', id, id);
  for (let look = random.int(2, 10); look > 0; look -= 1) {
    act('menuService.getMenu', { target: world.pickShop(random).id });
  }
  if (random.chance(0.7)) act('cartService.applyCoupon', { coupon: 'HOSGELDIN50' });
  act('walletService.addCard');
  act('orderService.placeOrder');
  counts.orders += 1;
  stream.event(at, 'order_placed', `o_${counts.orders}`, id, { customer_id: id, amount: 250 });
}

/** Somebody without an account looks around. */
export function passerBy(scene: Scene, begin: number): void {
  const { random, stream, world } = scene;
  const who: Acting = {
    user_id: 'anonymous',
    user_type: null,
    session_id: random.chance(0.9) ? newSession(scene) : null,
    ip_address: random.chance(0.7) ? random.pick(world.carriers) : ipOf(random),
    platform: random.pick(['ios', 'android', 'web']),
    identity: 'anonymous',
  };
  let at = begin;
  for (let look = Math.round(4 * Math.exp(0.7 * random.normal())); look >= 0; look -= 1) {
    stream.action(who, at, 'menuService.getMenu', { target: world.pickShop(random).id });
    at += think(random);
  }
}
