import type pg from 'pg';
import type { ReplicaFacts } from '../facts.js';

/**
 * Writes a replica's row, and forgets those that nobody has written for a day. `seen_at` is the database's clock: replicas whose clocks differ would
 * take each other for dead. Returns it, in Unix ms.
 */
export async function writeHeartbeat(pool: pg.Pool, own: ReplicaFacts): Promise<number> {
  const { rows } = await pool.query<{ seen_at: number }>({
    name: 'system heartbeat',
    text: `
      WITH forgotten AS (
        DELETE FROM replicas WHERE seen_at < now() - interval '1 day' AND id <> $1
      )
      INSERT INTO replicas (id, host, pid, version, started_at, seen_at, measures, jobs, parts)
      VALUES ($1, $2, $3, $4, to_timestamp($5::float8 / 1000), now(), $6, $7, $8)
      ON CONFLICT (id) DO UPDATE
        SET seen_at = excluded.seen_at, measures = excluded.measures, jobs = excluded.jobs, parts = excluded.parts
      RETURNING extract(epoch FROM seen_at)::float8 * 1000 AS seen_at`,
    values: [
      own.id,
      own.host,
      own.pid,
      own.version,
      own.started_at,
      JSON.stringify(own.measures),
      JSON.stringify(own.jobs),
      JSON.stringify(own.parts),
    ],
  });
  return rows[0]?.seen_at ?? 0;
}

/** Takes a replica off the list: it closes. */
export async function deleteHeartbeat(pool: pg.Pool, id: string): Promise<void> {
  await pool.query('DELETE FROM replicas WHERE id = $1', [id]);
}
