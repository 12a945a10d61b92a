import type { Incident } from '../incident.js';
import type { Random } from '../random.js';
import type { Script } from '../script.js';
import { createActor } from '../world.js';
import type { People } from './people.js';

/** One in a hundred passwords from other sites' leaks fits here too. */
const FITS = 0.01;

/** Somebody tries leaked passwords on one account after the other, from one device. */
export function stuffing(
  script: Script,
  people: People,
  random: Random,
  incident: Incident,
  every: number,
): void {
  const thief = {
    ...createActor(random, 'nobody', 'customer'),
    platform: 'android',
    appVersion: '4.2.0',
  } as const;
  const device = people.session(thief);
  const { customers } = people.world;
  const template = people.facts(random, thief, people.restaurant(random, thief));
  let at = incident.from;
  for (let number = 0; at < incident.to; number++) {
    const victim = customers[number % customers.length] ?? thief;
    const facts = { ...template, customer: { ...thief, id: victim.id } };
    const session = { ...device, actor: facts.customer };
    const fits = random.chance(FITS);
    const { end } = script.call(at, session, 'authService.login', facts, !fits);
    const entity = { type: 'user', id: victim.id } as const;
    if (fits)
      script.event(end, 'user_logged_in', entity, victim.id, { user_id: victim.id, role: 'customer' });
    at += every * random.between(0.5, 1.5);
  }
}
