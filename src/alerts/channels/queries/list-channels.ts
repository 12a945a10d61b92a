import type pg from 'pg';
import type { ChannelRecord } from '../channel-record.js';

/** Channels, newest first: one more than asked for, where there are more. */
export async function listChannels(
  pool: pg.Pool,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<ChannelRecord[]> {
  const { rows } = await pool.query<ChannelRecord>(
    'SELECT * FROM channels WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2',
    [cursor ?? null, limit + 1],
  );
  return rows;
}
