import type { Facts } from '../facts.js';
import type { PartReport } from '../part.js';
import { counted, round, span } from '../words.js';
import { unknownWithoutDatabase } from './partitions.js';

/** Seconds. Counts are folded once a minute; above two minutes no replica does it. */
export const ROLLUPS_LATE = 120;

export function rollupsPart({ shared }: Facts): PartReport {
  if (!shared) return unknownWithoutDatabase('How far the rollups are');
  const { rollup_deltas_waiting: waiting, rollup_age_seconds: age } = shared.platform;
  const figure = { value: round(age ?? 0), unit: 's' };
  if (age === null) return { state: 'ok', why: 'All counts are folded into the rollups.', figure };
  const waits = `${counted(waiting, 'batch of counts waits', 'batches of counts wait')} to be folded into the rollups, the oldest for ${span(age)}`;
  return age > ROLLUPS_LATE
    ? {
        state: 'degraded',
        why: `${waits}: the job «fold-rollups» does not keep up. Answers are right all the same, and slower.`,
        figure,
        details: { waiting },
      }
    : { state: 'ok', why: `${waits}; it is done once a minute.`, figure, details: { waiting } };
}
