import { SECOND } from '../durations.js';
import type { Random } from '../random.js';
import type { Script } from '../script.js';
import { createActor } from '../world.js';
import type { People } from './people.js';

/** What goes on beside orders: shifts, menus, newcomers, admins. One of them each time. */
export function backOffice(script: Script, people: People, random: Random, at: number): void {
  const { restaurants, couriers, admins } = people.world;
  const facts = people.facts(random, people.customer(random), random.pick(restaurants));
  const chance = random.between(0, 1);
  if (chance < 0.35) {
    const courier = random.pick(couriers);
    const method = random.pick(['deliveryService.goOnline', 'deliveryService.goOffline'] as const);
    script.call(at, people.session(courier), method, { ...facts, courier });
  } else if (chance < 0.6) {
    const method = random.pick([
      'restaurantService.setOpen',
      'menuService.setItemAvailability',
      'menuService.updatePrice',
    ] as const);
    script.call(at, people.session(facts.restaurant), method, facts);
  } else if (chance < 0.8) {
    newcomer(script, people, random, at);
  } else {
    const desk = people.session(random.pick(admins));
    const { id } = desk.actor;
    script.call(at, desk, random.pick(['adminService.viewDashboard', 'adminService.listUsers']), facts);
    const then = at + 20 * SECOND;
    if (random.chance(0.15)) {
      const end = script.getDone(then, desk, 'adminService.setConfig', facts);
      const config = { type: 'config', id: 'delivery.base_fee' } as const;
      script.event(end, 'config_changed', config, id, { key: config.id, value: random.int(10, 30) });
    } else if (random.chance(0.05)) {
      const end = script.getDone(then, desk, 'adminService.suspendUser', facts);
      const data = { user_id: facts.customer.id, reason: 'chargebacks' };
      script.event(end, 'user_suspended', { type: 'user', id: facts.customer.id }, id, data);
    }
  }
}

function newcomer(script: Script, people: People, random: Random, at: number): void {
  const customer = createActor(random, people.newcomer().id, 'customer');
  const facts = people.facts(random, customer, people.restaurant(random, customer));
  const session = people.session(customer);
  const entity = { type: 'user', id: customer.id } as const;
  const data = { user_id: customer.id, role: 'customer' };
  const registered = script.getDone(at, session, 'authService.register', facts);
  script.event(registered, 'user_registered', entity, customer.id, data);
  const signedIn = script.getDone(registered + 30 * SECOND, session, 'authService.login', facts);
  script.event(signedIn, 'user_logged_in', entity, customer.id, data);
  script.call(signedIn + 2 * SECOND, session, 'profileService.getProfile', facts);
  script.call(signedIn + 25 * SECOND, session, 'profileService.addAddress', facts);
  script.call(signedIn + 40 * SECOND, session, 'profileService.listAddresses', facts);
  script.call(signedIn + 55 * SECOND, session, 'notificationService.registerDevice', facts);
}
