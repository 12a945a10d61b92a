import type { Group } from './group.js';

/** A value and when it was seen (Unix ms). */
export type SeenValue = readonly [at: number, value: number];

/** Where one group of one rule stands, as it is kept. Times are Unix ms. A group that is well and has no past worth keeping has none. */
export interface GroupState {
  status: 'ok' | 'pending' | 'firing';
  group: Group;
  /** Since when the condition held, while pending or firing. */
  since: number;
  /** The last values for which it held, oldest first. */
  values: readonly SeenValue[];
  /** Firing: since when it no longer holds. */
  clear_since: number | null;
  /** When it fired in the last {@link FLAP_MEMORY}, oldest first. */
  fired: readonly number[];
  /** When it was resolved last. */
  resolved_at: number | null;
}

/** How long a firing counts for flapping, in ms. */
export const FLAP_MEMORY = 3_600_000;
