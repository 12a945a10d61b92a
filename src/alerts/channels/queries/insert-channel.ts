import type pg from 'pg';
import type { ChannelRecord } from '../channel-record.js';

export type NewChannel = Pick<ChannelRecord, 'id' | 'name' | 'kind' | 'target' | 'enabled' | 'created_by'> & {
  secret: Uint8Array | null;
  /** Unix ms. */
  at: number;
};

export async function insertChannel(pool: pg.Pool, channel: NewChannel): Promise<ChannelRecord> {
  const { id, name, kind, target, secret, enabled, created_by, at } = channel;
  const { rows } = await pool.query<ChannelRecord>(
    `INSERT INTO channels (id, name, kind, target, secret, enabled, created_by, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
     RETURNING *`,
    [
      id,
      name,
      kind,
      JSON.stringify(target),
      secret && Buffer.from(secret),
      enabled,
      created_by,
      new Date(at),
    ],
  );
  const [row] = rows;
  if (!row) throw new Error('INSERT … RETURNING returned nothing');
  return row;
}
