import { type Acting, HOUR, MINUTE, SECOND } from './stream.js';
import { newSession, type Scene, think } from './visits.js';
import type { Shop } from './world.js';

/** A counter's day: one tablet, one session, whoever is on shift; it asks for orders all the time, and looks at each. */
export function counter(scene: Scene, shop: Shop, open: number): void {
  const { random, stream } = scene;
  const session_id = newSession(scene);
  const close = open + random.between(7, 11) * HOUR;
  const who = (): Acting => ({
    user_id: random.pick(shop.staff),
    user_type: 'restaurant',
    session_id,
    ip_address: shop.network,
    platform: 'android',
    identity: 'token',
  });
  let shift = who();
  for (let at = open; at < close; at += 2 * MINUTE) {
    if (random.chance(0.01)) shift = who();
    stream.action(shift, at, 'orderService.listOrders');
    if (!random.chance(0.15)) continue;
    const order = `o_${random.hex(6)}`;
    stream.action(shift, at + 5 * SECOND, 'orderService.getOrder', { target: order });
    stream.action(shift, at + 20 * SECOND, 'orderService.acceptOrder', { target: order });
  }
}

/** Support: hundreds of orders and people a day, looked at one after the other. */
export function agent(scene: Scene, id: string, open: number): void {
  const { random, stream } = scene;
  const who: Acting = {
    user_id: id,
    user_type: 'admin',
    session_id: newSession(scene),
    ip_address: '185.1.2.3',
    platform: 'web',
    identity: 'token',
  };
  for (let at = open; at < open + 7 * HOUR; at += random.exponential() * 2.5 * MINUTE) {
    let now = at;
    for (let look = random.int(1, 4); look > 0; look -= 1) {
      stream.action(who, now, random.pick(['orderService.getOrder', 'adminService.viewUser']), {
        target: random.hex(8),
      });
      now += think(random);
    }
    if (random.chance(0.1)) stream.action(who, now, 'paymentService.refund', { target: random.hex(8) });
  }
}

/** Programs with a key: menus synchronised every night, health asked every 30 s. */
export function machines(scene: Scene, hour: number): void {
  const { stream, world, start } = scene;
  const who = (name: string): Acting => ({
    user_id: name,
    user_type: null,
    session_id: null,
    ip_address: '10.9.8.7',
    platform: null,
    identity: 'service',
  });
  for (let at = hour; at < hour + HOUR; at += 30 * SECOND) {
    stream.action(who('svc_monitor'), at, 'orderService.listOrders');
  }
  if (Math.floor((hour - start) / HOUR) % 24 !== 1) return;
  for (const [index, shop] of world.shops.entries()) {
    stream.action(who('svc_menus'), hour + index * 2 * SECOND, 'menuService.getMenu', { target: shop.id });
  }
}
