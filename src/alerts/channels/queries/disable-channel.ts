import type pg from 'pg';

/** Switches a channel off, with the reason for whoever looks, and cancels what waits for it. */
export async function disableChannel(client: pg.ClientBase, id: string, reason: string): Promise<void> {
  await client.query(
    `UPDATE channels SET enabled = false, disabled_reason = $2, updated_at = now() WHERE id = $1 AND enabled`,
    [id, reason],
  );
  await cancelPending(client, id);
}

/** Cancels what waits for a channel; a try under way ends, and is logged. */
export async function cancelPending(client: pg.ClientBase, channelId: string): Promise<void> {
  await client.query(
    `UPDATE deliveries SET status = 'cancelled', settled_at = now() WHERE channel_id = $1 AND status = 'pending'`,
    [channelId],
  );
}
