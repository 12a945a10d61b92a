import type pg from 'pg';
import type { AlertHistoryEntry, AlertRecord } from './alert-record.js';

/** An alert as it fires; times are ISO 8601. */
export type NewAlert = Pick<
  AlertRecord,
  | 'id'
  | 'rule_id'
  | 'rule_name'
  | 'kind'
  | 'severity'
  | 'group_key'
  | 'group'
  | 'summary'
  | 'value'
  | 'threshold'
  | 'unit'
  | 'values'
  | 'history'
  | 'channels'
  | 'runbook_url'
  | 'silenced'
> & { started_at: string; fired_at: string };

/** Inserts them. One that fires already for its rule and group is left as it is, and not returned. */
export async function insertAlerts(
  client: pg.ClientBase,
  alerts: readonly NewAlert[],
): Promise<AlertRecord[]> {
  if (alerts.length === 0) return [];
  const { rows } = await client.query<AlertRecord>({
    name: 'alerts fired',
    text: `
      INSERT INTO alerts (
        id, rule_id, rule_name, kind, severity, group_key, "group", status, summary, value, threshold, unit, "values", history,
        channels, runbook_url, started_at, fired_at, silenced)
      SELECT
        id, rule_id, rule_name, kind, severity, group_key, "group", 'firing', summary, value, threshold, unit, "values", history,
        ARRAY(SELECT jsonb_array_elements_text(channels)::uuid), runbook_url, started_at, fired_at, silenced
      FROM jsonb_to_recordset($1::jsonb) AS row (
        id uuid, rule_id uuid, rule_name text, kind text, severity text, group_key text, "group" jsonb, summary text,
        value double precision, threshold double precision, unit text, "values" jsonb, history jsonb, channels jsonb,
        runbook_url text, started_at timestamptz, fired_at timestamptz, silenced boolean)
      ON CONFLICT (rule_id, group_key) WHERE status = 'firing' DO NOTHING
      RETURNING *`,
    values: [JSON.stringify(alerts)],
  });
  return rows;
}

/** What a firing alert shows now. */
export interface AlertNews {
  rule_id: string;
  group_key: string;
  value: number | null;
  summary: string;
  values: { at: string; value: number }[];
}

/** Shows the newest figures of what still fires. */
export async function updateAlerts(client: pg.ClientBase, news: readonly AlertNews[]): Promise<void> {
  if (news.length === 0) return;
  await client.query({
    name: 'alerts updated',
    text: `
      UPDATE alerts
         SET value = row.value, summary = row.summary, "values" = row."values"
        FROM jsonb_to_recordset($1::jsonb) AS row (
               rule_id uuid, group_key text, value double precision, summary text, "values" jsonb)
       WHERE alerts.rule_id = row.rule_id AND alerts.group_key = row.group_key AND alerts.status = 'firing'`,
    values: [JSON.stringify(news)],
  });
}

/** Ends what fires of some groups, and returns what it ended. */
export async function resolveAlerts(
  client: pg.ClientBase,
  groups: readonly { rule_id: string; group_key: string }[],
  at: number,
  note?: string,
): Promise<AlertRecord[]> {
  if (groups.length === 0) return [];
  const entry: AlertHistoryEntry = {
    at: new Date(at).toISOString(),
    type: 'resolved',
    ...(note && { note }),
  };
  const { rows } = await client.query<AlertRecord>({
    name: 'alerts resolved',
    text: `
      UPDATE alerts
         SET status = 'resolved', resolved_at = to_timestamp($2::float8 / 1000), history = history || $3::jsonb
        FROM jsonb_to_recordset($1::jsonb) AS row (rule_id uuid, group_key text)
       WHERE alerts.rule_id = row.rule_id AND alerts.group_key = row.group_key AND alerts.status = 'firing'
      RETURNING alerts.*`,
    values: [JSON.stringify(groups), at, JSON.stringify([entry])],
  });
  return rows;
}

/** Notes that channels were told of some alerts. */
export async function markNotified(client: pg.ClientBase, ids: readonly string[], at: number): Promise<void> {
  if (ids.length === 0) return;
  await client.query({
    name: 'alerts notified',
    text: `
      UPDATE alerts
         SET notified_at = to_timestamp($2::float8 / 1000), silenced = false, history = history || $3::jsonb
       WHERE id = ANY($1::uuid[])`,
    values: [ids, at, JSON.stringify([{ at: new Date(at).toISOString(), type: 'notified' }])],
  });
}
