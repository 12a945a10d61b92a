import type pg from 'pg';
import type { GroupState } from '../engine/group-state.js';

/** Where a group stands now; undefined: nothing is kept of it. */
export interface StateChange {
  rule_id: string;
  group_key: string;
  state: GroupState | undefined;
}

/** Writes what changed, in key order. */
export async function writeStates(
  client: pg.ClientBase,
  changes: readonly StateChange[],
  at: number,
): Promise<void> {
  const kept = changes.filter(({ state }) => state !== undefined);
  const gone = changes.filter(({ state }) => state === undefined);
  if (kept.length > 0) {
    await client.query({
      name: 'alert states kept',
      text: `
        INSERT INTO alert_states (rule_id, group_key, state, updated_at)
        SELECT rule_id, group_key, state, to_timestamp($2::float8 / 1000)
          FROM jsonb_to_recordset($1::jsonb) AS row (rule_id uuid, group_key text, state jsonb)
         ORDER BY rule_id, group_key
            ON CONFLICT (rule_id, group_key) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at`,
      values: [JSON.stringify(kept), at],
    });
  }
  if (gone.length > 0) {
    await client.query({
      name: 'alert states gone',
      text: `
        DELETE FROM alert_states
         USING jsonb_to_recordset($1::jsonb) AS row (rule_id uuid, group_key text)
         WHERE alert_states.rule_id = row.rule_id AND alert_states.group_key = row.group_key`,
      values: [JSON.stringify(gone)],
    });
  }
}
