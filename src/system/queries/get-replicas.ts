import type pg from 'pg';
import type { ReplicaFacts } from '../facts.js';
import { knownMeasures } from '../known-measures.js';

/** Every replica that has a row, longest running first, and how long each has been silent by the database's clock. */
export async function getReplicas(client: pg.Pool | pg.ClientBase): Promise<ReplicaFacts[]> {
  const { rows } = await client.query<ReplicaFacts & { seen_at: number }>({
    name: 'system replicas',
    text: `
      SELECT id, host, pid, version, measures, jobs, parts,
             extract(epoch FROM started_at)::float8 * 1000 AS started_at,
             extract(epoch FROM seen_at)::float8 * 1000 AS seen_at,
             extract(epoch FROM clock_timestamp() - seen_at)::float8 AS silent_s
      FROM replicas
      ORDER BY started_at, id`,
  });
  return rows.map((row) => ({ ...row, measures: knownMeasures(row.measures) }));
}
