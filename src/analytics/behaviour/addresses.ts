import type { BehaviourAction } from './behaviour-action.js';
import { type Sighting, sightings } from './sightings.js';

/** The addresses of actions that are oldest first, as they are stored. */
export const addresses = (actions: readonly BehaviourAction[]): ({ ip_address: string } & Sighting)[] =>
  sightings(
    actions,
    ({ ip_address }) => ip_address,
    ({ ip_address }) => ({ ip_address: ip_address ?? '' }),
  );
