import { SECOND } from '../durations.js';
import type { Facts } from '../order.js';
import type { Script, Session } from '../script.js';

/** A customer opens the app, looks around and fills a basket. Returns when the basket is full. */
export function visit(script: Script, session: Session, facts: Facts, at: number): number {
  const { random } = facts;
  let now = at;
  const think = (low = 2, high = 12) => {
    now += random.between(low, high) * SECOND;
  };
  const call = (name: Parameters<Script['call']>[2]) => {
    now = script.call(now, session, name, facts).end;
    think();
  };

  arrive(script, session, facts, at);
  think(1, 4);
  call('restaurantService.listNearby');
  if (random.chance(0.3)) call('notificationService.listNotifications');
  if (random.chance(0.5)) call('searchService.suggest');
  if (random.chance(0.5))
    call(random.pick(['searchService.searchRestaurants', 'searchService.searchDishes']));
  call('restaurantService.getRestaurant');
  if (random.chance(0.15)) call('restaurantService.getOpeningHours');
  if (random.chance(0.3)) call('reviewService.listReviews');
  call('menuService.getMenu');
  if (random.chance(0.05)) call('profileService.setFavourite');
  for (const _ of facts.order.lines) {
    if (random.chance(0.3)) call('menuService.getItemOptions');
    call('cartService.addItem');
  }
  if (random.chance(0.1)) call('cartService.removeItem');
  if (random.chance(0.15)) call('cartService.applyCoupon');
  call('cartService.getCart');
  return now;
}

/** Most are still signed in on their phone. */
function arrive(script: Script, session: Session, facts: Facts, at: number): void {
  const { random, customer } = facts;
  if (random.chance(0.75)) {
    script.call(at, session, 'authService.refreshSession', facts);
    return;
  }
  const end = script.getDone(at, session, 'authService.login', facts);
  const data = { user_id: customer.id, role: 'customer' };
  script.event(end, 'user_logged_in', { type: 'user', id: customer.id }, customer.id, data);
  if (random.chance(0.2)) script.call(end + SECOND, session, 'notificationService.registerDevice', facts);
}

/** Puts the app away. */
export function leave(script: Script, session: Session, facts: Facts, at: number): void {
  const { random, customer } = facts;
  if (random.chance(0.06)) {
    const end = script.call(at, session, 'profileService.updateProfile', facts, false).end;
    const data = { user_id: customer.id, fields: random.pick([['phone'], ['name'], ['locale', 'email']]) };
    script.event(end, 'profile_updated', { type: 'user', id: customer.id }, customer.id, data);
  }
  if (!random.chance(0.1)) return;
  const end = script.call(at + 5 * SECOND, session, 'authService.logout', facts, false).end;
  script.event(end, 'user_logged_out', { type: 'user', id: customer.id }, customer.id, {
    user_id: customer.id,
  });
}
