import type pg from 'pg';
import type { AlertRecord } from './alert-record.js';

/** What fires, and nobody was called about: it was silenced, or fired in quiet hours. */
export async function getFiringUntold(client: pg.ClientBase): Promise<AlertRecord[]> {
  const { rows } = await client.query<AlertRecord>({
    name: 'alerts untold',
    text: `SELECT * FROM alerts WHERE status = 'firing' AND silenced AND notified_at IS NULL ORDER BY id`,
  });
  return rows;
}
