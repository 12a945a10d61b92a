import { timeText } from '../upsert.js';
import type { Span } from './grains.js';

/** Runs as three parameters, for `unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) AS run (grain, starts, ends)`. */
export const runArrays = (
  runs: readonly (Span & { grain: number })[],
): [grains: number[], starts: string[], ends: string[]] => [
  runs.map((run) => run.grain),
  runs.map((run) => timeText(run.from)),
  runs.map((run) => timeText(run.to)),
];
