import type { AlertView, RuleKind, Severity } from '../../contract/alert.js';

/** What happened to an alert, in its row. */
export interface AlertHistoryEntry {
  /** ISO 8601. */
  at: string;
  type: 'fired' | 'notified' | 'acknowledged' | 'resolved';
  /** Who, where it was a person. */
  by?: string;
  note?: string;
}

/** A row of alerts. */
export interface AlertRecord {
  id: string;
  rule_id: string;
  rule_name: string;
  kind: RuleKind;
  severity: Severity;
  group_key: string;
  group: Record<string, string>;
  status: 'firing' | 'resolved';
  summary: string;
  value: number | null;
  threshold: number | null;
  unit: string;
  values: { at: string; value: number }[];
  history: AlertHistoryEntry[];
  channels: string[];
  runbook_url: string | null;
  started_at: Date;
  fired_at: Date;
  resolved_at: Date | null;
  acknowledged_at: Date | null;
  acknowledged_by: string | null;
  silenced: boolean;
  notified_at: Date | null;
}

/** What an answer, a notice and the live feed say of it. */
export const alertView = (row: AlertRecord): AlertView => ({
  id: row.id,
  rule_id: row.rule_id,
  rule_name: row.rule_name,
  kind: row.kind,
  severity: row.severity,
  group: row.group,
  status: row.status,
  summary: row.summary,
  value: row.value,
  threshold: row.threshold,
  unit: row.unit,
  values: row.values,
  started_at: row.started_at.toISOString(),
  fired_at: row.fired_at.toISOString(),
  resolved_at: row.resolved_at?.toISOString() ?? null,
  acknowledged_at: row.acknowledged_at?.toISOString() ?? null,
  acknowledged_by: row.acknowledged_by,
  silenced: row.silenced,
  runbook_url: row.runbook_url,
});
