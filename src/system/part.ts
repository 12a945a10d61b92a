import type { Figure, PartState } from '../contract/system.js';

/** How a part of the service is, as far as one look can tell. */
export interface PartReport {
  state: PartState;
  /** Plain words for an operator, with the figures that decide. */
  why: string;
  figure: Figure | null;
  details?: Record<string, unknown>;
}

/**
 * A part that reports on itself: the LISTEN connection of the live feed, the last report sent. Asked every 5 s and by each look at this replica; what
 * it says travels with the heartbeat, so that every replica can tell how it is on all of them. It should answer from memory; after 0.5 s, or when it
 * throws, the part is `unknown`.
 */
export interface PartProvider {
  /** One of the page's names, `listen` or `last_report`, or a new one, which is added at the end. */
  part: string;
  report: () => PartReport | Promise<PartReport>;
}

const worseThan: readonly PartState[] = ['ok', 'unknown', 'degraded', 'down'];

/** The worst of several states; `ok` of none. */
export const worstState = (states: readonly PartState[]): PartState =>
  states.reduce(
    (worst, state) => (worseThan.indexOf(state) > worseThan.indexOf(worst) ? state : worst),
    'ok',
  );
