import type pg from 'pg';
import type { GroupState } from '../engine/group-state.js';
import type { Silence } from '../engine/quieted.js';
import type { Rule } from '../engine/rule.js';

/** All that a step begins with. Times are Unix ms. */
export interface EngineState {
  /** When the last step was; null before the first. */
  step_at: number | null;
  rules: Rule[];
  states: { rule_id: string; group_key: string; state: GroupState }[];
  silences: Silence[];
}

/** Reads it in one statement. */
export async function getEngineState(client: pg.ClientBase, at: number): Promise<EngineState> {
  const { rows } = await client.query<EngineState>({
    name: 'alert engine state',
    text: `
      SELECT extract(epoch FROM step_at)::float8 * 1000 AS step_at,
             (SELECT coalesce(json_agg(json_build_object(
                       'id', id, 'version', version, 'name', name, 'description', description, 'enabled', enabled,
                       'severity', severity, 'condition', condition, 'for_seconds', for_seconds,
                       'resolve_after_seconds', resolve_after_seconds, 'cooldown_seconds', cooldown_seconds,
                       'quiet_hours', quiet_hours, 'channels', channels, 'runbook_url', runbook_url) ORDER BY id), '[]')
                FROM alert_rules
               WHERE enabled) AS rules,
             (SELECT coalesce(json_agg(json_build_object('rule_id', rule_id, 'group_key', group_key, 'state', state)), '[]')
                FROM alert_states) AS states,
             (SELECT coalesce(json_agg(json_build_object(
                       'rule_id', rule_id, 'severity', severity, 'group', "group",
                       'from', extract(epoch FROM "from") * 1000, 'until', extract(epoch FROM "until") * 1000)), '[]')
                FROM alert_silences
               WHERE "until" > to_timestamp($1::float8 / 1000)) AS silences
        FROM alert_engine`,
    values: [at],
  });
  const [state] = rows;
  if (!state) throw new Error('alert_engine has no row');
  return state;
}
