import { type LiveAction, METHODS, PEOPLE, SERVICES } from './live-action.js';

/** A filter as a client sends it, and the same said again here, so that what should come is known without the code under test. */
export interface Subscription {
  filter: object;
  fits: (action: LiveAction) => boolean;
}

const of = (fields: Partial<LiveAction>): Subscription => ({
  filter: { types: ['action'], ...fields },
  fits: (action) =>
    Object.entries(fields).every(([name, value]) => action[name as keyof LiveAction] === value),
});

/**
 * A hundred different subscriptions: one in fifty wants everything (a feed page), the others a service, a method, a person, the failures of a role, or alerts alone. A
 * row goes to 5.7 of them.
 */
export function subscriptions(): Subscription[] {
  const all: Subscription[] = [
    { filter: {}, fits: () => true },
    { filter: { types: ['action', 'event'] }, fits: () => true },
  ];
  for (let index = 0; index < 2 * SERVICES; index += 1) {
    const service_name = `service${index % SERVICES}`;
    all.push(index < SERVICES ? of({ service_name }) : of({ service_name, success: false }));
  }
  for (let index = 0; index < 20; index += 1)
    all.push(of({ service_name: `service${index}`, method_name: `method${index % METHODS}` }));
  for (let index = 0; index < 25; index += 1) all.push(of({ user_id: `u_${(index * 17) % PEOPLE}` }));
  for (const user_type of ['customer', 'restaurant', 'delivery'] as const) {
    all.push(of({ user_type, success: false }), of({ user_type, service_name: 'service7' }));
  }
  while (all.length < 98) all.push({ filter: { severity: ['critical'] }, fits: () => false });
  all.push({ filter: { types: ['alert', 'system'] }, fits: () => false });
  all.push({ filter: { types: ['event'] }, fits: () => false });
  return all;
}
