import type { z } from 'zod';
import type { Observation } from '../../../src/alerts/engine/observation.js';
import type { World } from '../../../src/alerts/engine/world.js';
import type { Evaluator } from '../../../src/alerts/evaluate/evaluator.js';
import { evaluatorOf } from '../../../src/alerts/evaluate/evaluator-of.js';
import { conditionSchema } from '../../../src/contract/alert-rule.js';
import type { MinuteFigures } from '../../../src/store/rollups/minute-figures.js';
import { at, emptyWorld } from '../minute.js';

/** What looks for a condition as a request would give it. */
export const evaluator = (condition: z.input<typeof conditionSchema>): Evaluator =>
  evaluatorOf(conditionSchema.parse(condition));

/** What it sees at a minute's beginning, after it was given some. */
export async function observe(
  of: Evaluator,
  minutes: readonly MinuteFigures[],
  when: number,
  world: World = emptyWorld,
): Promise<Observation[]> {
  for (const one of minutes) of.push?.(one);
  return of.observe(at(when), world);
}
