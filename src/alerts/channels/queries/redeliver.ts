import type pg from 'pg';
import { newUuidV7 } from '../../../store/new-uuid-v7.js';
import { addDeliverJob } from '../deliver-task.js';

/** Makes a delivery that waits for its next try due at once; false where it does not wait any more. */
export async function hasten(client: pg.ClientBase, id: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `WITH hastened AS (
       UPDATE deliveries SET next_attempt_at = now() WHERE id = $1 AND status = 'pending' RETURNING id
     )
     SELECT ${addDeliverJob('id')} FROM hastened`,
    [id],
  );
  return rowCount === 1;
}

/**
 * Queues what was delivered, or was not, once more: a new row with tries and a log of its own, under the id that the receiver knows. Returns its id; undefined
 * where the channel is gone or switched off.
 */
export async function redeliver(client: pg.ClientBase, id: string): Promise<string | undefined> {
  const { rows } = await client.query<{ id: string }>(
    `WITH again AS (
       INSERT INTO deliveries (id, channel_id, channel_name, kind, alert_id, notice_type, notice, redelivery_of, created_at, next_attempt_at)
       SELECT $2, told.channel_id, channels.name, told.kind, told.alert_id, told.notice_type, told.notice,
              coalesce(told.redelivery_of, told.id), now(), now()
       FROM deliveries AS told
       JOIN channels ON channels.id = told.channel_id AND channels.enabled
       WHERE told.id = $1
       RETURNING id
     )
     SELECT id, ${addDeliverJob('id')} FROM again`,
    [id, newUuidV7(Date.now())],
  );
  return rows[0]?.id;
}
