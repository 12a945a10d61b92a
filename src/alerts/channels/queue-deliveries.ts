import type pg from 'pg';
import type { Notice } from '../../contract/alert.js';
import { newUuidV7 } from '../../store/new-uuid-v7.js';
import { addDeliverJob } from './deliver-task.js';

/**
 * Queues a notice for each of the channels that is enabled: a row of deliveries and its job, in the caller's transaction. Rolled back, nothing was queued;
 * committed, it is delivered at least once, by whichever replica takes it.
 */
export async function queueDeliveries(
  client: pg.ClientBase,
  channelIds: readonly string[],
  notice: Notice,
): Promise<void> {
  await insertDeliveries(client, channelIds, notice);
}

/** The same, and returns the ids of the deliveries. */
export async function insertDeliveries(
  client: pg.ClientBase,
  channelIds: readonly string[],
  notice: Notice,
): Promise<string[]> {
  const channels = [...new Set(channelIds)];
  if (channels.length === 0) return [];
  const now = Date.now();
  const { rows } = await client.query<{ id: string }>({
    name: 'queue-deliveries',
    text: `
      WITH queued AS (
        INSERT INTO deliveries (id, channel_id, channel_name, kind, alert_id, notice_type, notice, created_at, next_attempt_at)
        SELECT told.delivery_id, channels.id, channels.name, channels.kind, $3, $4, $5, now(), now()
        FROM unnest($1::uuid[], $2::uuid[]) AS told (channel_id, delivery_id)
        JOIN channels ON channels.id = told.channel_id AND channels.enabled
        RETURNING id
      )
      SELECT id, ${addDeliverJob('id')}
      FROM queued`,
    values: [
      channels,
      channels.map(() => newUuidV7(now)),
      notice.type === 'channel.test' ? null : notice.data.id,
      notice.type,
      JSON.stringify(notice),
    ],
  });
  return rows.map(({ id }) => id);
}
