import type pg from 'pg';
import type { ChannelRecord } from '../channel-record.js';

export async function getChannel(pool: pg.Pool, id: string): Promise<ChannelRecord | undefined> {
  const { rows } = await pool.query<ChannelRecord>('SELECT * FROM channels WHERE id = $1', [id]);
  return rows[0];
}
