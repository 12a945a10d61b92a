import type { Facts } from '../facts.js';
import type { PartReport } from '../part.js';
import { counted } from '../words.js';
import { unknownWithoutDatabase } from './partitions.js';

const DAY = 86_400_000;

/** How late deleting is. Nothing is deleted yet, so nothing is late; how far back rows are kept is what there is to say. */
export function retentionPart({ shared, now }: Facts): PartReport {
  if (!shared) return unknownWithoutDatabase('How far back rows are kept');
  const { oldest_day } = shared.platform;
  if (oldest_day === null) {
    return { state: 'ok', why: 'No rows are kept yet, and no retention is set.', figure: null };
  }
  const days = Math.floor(now / DAY) - Math.floor(Date.parse(oldest_day) / DAY);
  return {
    state: 'ok',
    why: `No retention is set: nothing is ever deleted. The oldest day with a partition is ${oldest_day}, ${counted(days, 'day')} ago.`,
    figure: { value: days, unit: 'days kept' },
    details: { oldest_day },
  };
}
