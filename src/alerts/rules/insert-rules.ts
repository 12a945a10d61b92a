import type pg from 'pg';
import type { RuleInput } from '../../contract/alert-rule.js';

/** A rule to be made. */
export interface NewRule extends RuleInput {
  id: string;
  builtin: string | null;
  created_by: string | null;
}

/** Makes rules. A builtin that is there already is left as it is. */
export async function insertRules(
  client: pg.Pool | pg.ClientBase,
  rules: readonly NewRule[],
  now: number,
): Promise<void> {
  await client.query(
    `INSERT INTO alert_rules (
       id, name, description, enabled, severity, condition, for_seconds, resolve_after_seconds, cooldown_seconds, quiet_hours, channels,
       runbook_url, builtin, created_by, created_at, updated_at)
     SELECT
       id, name, description, enabled, severity, condition, for_seconds, resolve_after_seconds, cooldown_seconds, quiet_hours,
       ARRAY(SELECT jsonb_array_elements_text(channels)::uuid), runbook_url, builtin, created_by,
       to_timestamp($2::float8 / 1000), to_timestamp($2::float8 / 1000)
     FROM jsonb_to_recordset($1::jsonb) AS row (
       id uuid, name text, description text, enabled boolean, severity text, condition jsonb, for_seconds int,
       resolve_after_seconds int, cooldown_seconds int, quiet_hours jsonb, channels jsonb, runbook_url text, builtin text,
       created_by text)
     ON CONFLICT (builtin) DO NOTHING`,
    [JSON.stringify(rules), now],
  );
}
