import type { BehaviourAction } from './behaviour-action.js';
import { type Sighting, sightings } from './sightings.js';

export interface Device {
  platform: string | null;
  app_version: string | null;
}

/** Stored text never has a NUL, so it parts two names, and stands for one that is missing, without confusion. */
const NONE = '\0';

/** Platform and version together, as one text; null when an action says neither. */
export const deviceKey = ({ platform, app_version }: Device): string | null =>
  platform === null && app_version === null ? null : `${platform ?? NONE}${NONE}${app_version ?? NONE}`;

/** The devices of actions that are oldest first. */
export const devices = (actions: readonly BehaviourAction[]): (Device & Sighting)[] =>
  sightings(actions, deviceKey, ({ platform, app_version }) => ({ platform, app_version }));
