import type { MinuteFigures } from '../../store/rollups/minute-figures.js';
import type { Observation } from '../engine/observation.js';
import type { World } from '../engine/world.js';

/** Looks at the world for one rule. */
export interface Evaluator {
  /** Milliseconds between looks, which are at whole multiples of it. */
  every: number;
  /** Minutes that it has to be given before its first look: 0 for those that need none. */
  lookback: number;
  /** Gives it a minute that is over; the same minute again where rows came late. */
  push?(minute: MinuteFigures): void;
  observe(at: number, world: World): Promise<Observation[]> | Observation[];
}

export const MINUTE = 60_000;
/** Milliseconds between the engine's steps: an order that is stuck is known within one and its transaction. */
export const STEP = 5_000;
