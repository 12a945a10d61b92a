import type pg from 'pg';
import type { ChannelRecord } from '../channel-record.js';

/** A channel, its row held until the transaction ends; undefined where there is none. */
export async function lockChannel(client: pg.ClientBase, id: string): Promise<ChannelRecord | undefined> {
  const { rows } = await client.query<ChannelRecord>('SELECT * FROM channels WHERE id = $1 FOR UPDATE', [id]);
  return rows[0];
}

/** Writes all of a channel that may change. */
export async function updateChannel(
  client: pg.ClientBase,
  channel: Pick<ChannelRecord, 'id' | 'name' | 'target' | 'enabled' | 'disabled_reason'> & {
    secret: Uint8Array | null;
  },
  at: number,
): Promise<ChannelRecord> {
  const { id, name, target, secret, enabled, disabled_reason } = channel;
  const { rows } = await client.query<ChannelRecord>(
    `UPDATE channels
     SET name = $2, target = $3, secret = $4, enabled = $5, disabled_reason = $6, updated_at = $7
     WHERE id = $1
     RETURNING *`,
    [id, name, JSON.stringify(target), secret && Buffer.from(secret), enabled, disabled_reason, new Date(at)],
  );
  const [row] = rows;
  if (!row) throw new Error('the channel was locked, and is gone');
  return row;
}
