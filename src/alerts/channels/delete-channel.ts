import type pg from 'pg';
import { inTransaction } from '../../store/in-transaction.js';
import { cancelPending } from './queries/disable-channel.js';

/** Deletes a channel and cancels what waits for it; the record of what it was told stays. False where there is none. */
export function deleteChannel(pool: pg.Pool, id: string): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const { rowCount } = await client.query('DELETE FROM channels WHERE id = $1', [id]);
    await cancelPending(client, id);
    return rowCount === 1;
  });
}
