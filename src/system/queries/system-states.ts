import type pg from 'pg';
import type { PartState } from '../../contract/system.js';

export interface StoredState {
  part: string;
  state: PartState;
  /** Unix ms. */
  since: number;
}

export async function getStates(client: pg.Pool): Promise<StoredState[]> {
  const { rows } = await client.query<StoredState>({
    name: 'system states',
    text: 'SELECT part, state, extract(epoch FROM since)::float8 * 1000 AS since FROM system_states',
  });
  return rows;
}

export interface StateChange extends StoredState {
  why: string;
  /** The state was another meanwhile, which could not be written: the database itself was away. */
  again?: boolean;
}

/**
 * Writes states that have changed, in one statement. Of replicas that see the same change at once the first one's time stays: who comes later finds the state
 * written already. In order of part, so that none waits for another in a circle.
 */
export async function recordStates(pool: pg.Pool, changes: readonly StateChange[]): Promise<void> {
  await pool.query({
    name: 'system states changed',
    text: `
      INSERT INTO system_states (part, state, since, why)
      SELECT part, state, to_timestamp(since / 1000), why
      FROM json_to_recordset($1::json) AS change (part text, state text, since float8, why text)
      ORDER BY part
      ON CONFLICT (part) DO UPDATE
        SET state = excluded.state, since = excluded.since, why = excluded.why
        WHERE system_states.state <> excluded.state
           OR (excluded.part = ANY ($2::text[]) AND excluded.since > system_states.since)`,
    values: [JSON.stringify(changes), changes.filter(({ again }) => again).map(({ part }) => part)],
  });
}
