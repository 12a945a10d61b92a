import type { Ask } from '../../store/rollups/read-rollups.js';
import { lowestUuidAt, timeOfUuidV7 } from '../../store/uuid-v7.js';
import type { Window } from '../window.js';

/** Unix ms of the newest row in a rolling window whose clock is ahead of ours; 0 where none is, and for a span by its ends. */
export async function getNewestAt(ask: Ask, { span, now }: Window): Promise<number> {
  if (now === undefined) return 0;
  const [row] = await ask<{ id: string | null }>(
    'newest row ahead',
    `SELECT greatest(
       (SELECT id::text FROM action_logs WHERE id >= $1 AND id < $2 ORDER BY id DESC LIMIT 1),
       (SELECT id::text FROM service_metrics WHERE id >= $1 AND id < $2 ORDER BY id DESC LIMIT 1)) AS id`,
    [lowestUuidAt(now + 1), lowestUuidAt(span.to)],
  );
  return row?.id ? timeOfUuidV7(row.id) : 0;
}
