import type pg from 'pg';
import type { AlertHistoryEntry, AlertRecord } from './alert-record.js';

/** Somebody has seen it. Who said so first stays. Undefined where there is no such alert. */
export async function acknowledgeAlert(
  client: pg.ClientBase,
  id: string,
  entry: AlertHistoryEntry & { by: string },
): Promise<{ alert: AlertRecord; changed: boolean } | undefined> {
  const { rows } = await client.query<AlertRecord>(
    `UPDATE alerts
        SET acknowledged_at = $2, acknowledged_by = $3, history = history || $4::jsonb
      WHERE id = $1 AND acknowledged_at IS NULL
     RETURNING *`,
    [id, entry.at, entry.by, JSON.stringify([entry])],
  );
  if (rows[0]) return { alert: rows[0], changed: true };
  const { rows: there } = await client.query<AlertRecord>('SELECT * FROM alerts WHERE id = $1', [id]);
  return there[0] && { alert: there[0], changed: false };
}
