import { type SystemMeasureName, systemMeasures } from '../contract/system.js';
import type { Measures } from './facts.js';

/** Of stored measures those that this version knows: a replica of another version may write more, or fewer. */
export function knownMeasures(stored: unknown): Measures {
  if (typeof stored !== 'object' || stored === null) return {};
  const known = Object.entries(stored).filter(
    ([name, value]) =>
      Object.hasOwn(systemMeasures, name) && typeof value === 'number' && Number.isFinite(value),
  ) as [SystemMeasureName, number][];
  return Object.fromEntries(known);
}
