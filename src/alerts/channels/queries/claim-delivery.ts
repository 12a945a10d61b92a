import type pg from 'pg';
import type { ClaimedDelivery } from '../delivery-record.js';

/**
 * Takes a delivery that is due for `claim` ms and counts the try; undefined where there is nothing to do: it is settled, not due yet, or another worker is
 * at it. Whoever dies with it loses it when the claim is over. (Stored times are whole milliseconds, so that a job may come half of one early.)
 */
export async function claimDelivery(
  pool: pg.Pool,
  id: string,
  claim: number,
): Promise<ClaimedDelivery | undefined> {
  const { rows } = await pool.query<ClaimedDelivery>({
    name: 'claim-delivery',
    text: `
      WITH claimed AS (
        UPDATE deliveries
        SET claimed_until = now() + $2 * interval '1 millisecond', attempts = attempts + 1
        WHERE id = $1 AND status = 'pending' AND next_attempt_at <= now() + interval '10 milliseconds'
          AND (claimed_until IS NULL OR claimed_until < now())
        RETURNING *
      )
      SELECT claimed.*,
             CASE WHEN channels.id IS NOT NULL
                  THEN json_build_object('enabled', channels.enabled, 'target', channels.target) END AS channel,
             channels.secret
      FROM claimed
      LEFT JOIN channels ON channels.id = claimed.channel_id`,
    values: [id, claim],
  });
  const [row] = rows as (ClaimedDelivery & { secret: Buffer | null })[];
  return row && { ...row, channel: row.channel && { ...row.channel, secret: row.secret } };
}
