import type pg from 'pg';
import type { RuleInput, RuleView } from '../../contract/alert-rule.js';

/** A row of alert_rules, with how many alerts of it fire. */
export interface RuleRecord extends RuleInput {
  id: string;
  builtin: string | null;
  version: number;
  created_at: Date;
  updated_at: Date;
  created_by: string | null;
  firing: number;
}

export const RULE_COLUMNS = `
  id, name, description, enabled, severity, condition, for_seconds, resolve_after_seconds, cooldown_seconds, quiet_hours, channels,
  runbook_url, builtin, version, created_at, updated_at, created_by,
  (SELECT count(*)::int FROM alerts WHERE rule_id = alert_rules.id AND status = 'firing') AS firing`;

export const ruleView = ({ version: _version, created_at, updated_at, ...rule }: RuleRecord): RuleView => ({
  ...rule,
  created_at: created_at.toISOString(),
  updated_at: updated_at.toISOString(),
});

/** One rule; undefined where there is none. */
export async function getRule(client: pg.Pool | pg.ClientBase, id: string): Promise<RuleRecord | undefined> {
  const { rows } = await client.query<RuleRecord>(`SELECT ${RULE_COLUMNS} FROM alert_rules WHERE id = $1`, [
    id,
  ]);
  return rows[0];
}

/** All rules by name: they are tens. */
export async function listRules(pool: pg.Pool): Promise<RuleRecord[]> {
  const { rows } = await pool.query<RuleRecord>(`SELECT ${RULE_COLUMNS} FROM alert_rules ORDER BY name, id`);
  return rows;
}
