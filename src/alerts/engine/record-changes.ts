import type pg from 'pg';
import type { AlertView, Notice, NoticeType } from '../../contract/alert.js';
import { newUuidV7 } from '../../store/new-uuid-v7.js';
import { type AlertRecord, alertView } from '../queries/alert-record.js';
import { getFiringUntold } from '../queries/get-firing-untold.js';
import {
  type AlertNews,
  insertAlerts,
  markNotified,
  type NewAlert,
  resolveAlerts,
  updateAlerts,
} from '../queries/write-alerts.js';
import type { EngineMetrics } from './engine-metrics.js';
import type { Group } from './group.js';
import type { SeenValue } from './group-state.js';
import { isQuiet, type Silence, silences } from './quieted.js';
import type { Rule } from './rule.js';
import type { Change } from './step-rule.js';

export interface RuleChange extends Change {
  rule: Rule;
}

/** How the rest of the service hears of alerts: within the step's transaction, so that it hears of each once or, if the step fails, not yet. */
export interface AlertSinks {
  /** Queues a notice for channels. */
  deliver: (client: pg.ClientBase, channels: readonly string[], notice: Notice) => Promise<void>;
  /** Pushes alerts to the live feed, of all replicas. */
  announce: (client: pg.ClientBase, alerts: readonly AlertView[]) => Promise<void>;
}

export interface Recording extends AlertSinks {
  metrics: EngineMetrics;
  /** All that run. */
  rules: readonly Rule[];
  silences: readonly Silence[];
}

/** Writes what a step's changes mean for alerts, tells their channels unless they are silenced, and pushes them live. */
export async function recordChanges(
  client: pg.ClientBase,
  changes: readonly RuleChange[],
  at: number,
  recording: Recording,
): Promise<void> {
  const { announce, metrics } = recording;
  const isSilenced = (rule: Rule, group: Group) =>
    isQuiet(rule.quiet_hours, at) ||
    recording.silences.some((one) => silences(one, { rule_id: rule.id, severity: rule.severity, group }, at));

  const resolved = await resolveAlerts(
    client,
    changes.flatMap(({ transition, rule, key }) =>
      transition === 'resolved' ? [{ rule_id: rule.id, group_key: key }] : [],
    ),
    at,
  );
  await tell(
    client,
    recording,
    'alert.resolved',
    resolved.filter(({ notified_at }) => notified_at !== null),
    at,
  );

  const fired = await insertAlerts(
    client,
    changes.flatMap((change) => newAlert(change, at, isSilenced) ?? []),
  );
  await updateAlerts(
    client,
    changes.flatMap((change) => newsOf(change) ?? []),
  );

  // What fired silently and fires still is told when the silence is over.
  const rules = new Map(recording.rules.map((rule) => [rule.id, rule]));
  const untold = (await getFiringUntold(client)).filter(({ rule_id, group, id }) => {
    const rule = rules.get(rule_id);
    return rule && !isSilenced(rule, group) && !fired.some((alert) => alert.id === id);
  });
  const told = [...fired.filter(({ silenced }) => !silenced), ...untold];
  await tell(client, recording, 'alert.fired', told, at);
  await markNotified(
    client,
    told.map(({ id }) => id),
    at,
  );

  for (const { kind, severity } of fired) metrics.fired.inc({ kind, severity });
  for (const { kind, severity } of resolved) metrics.resolved.inc({ kind, severity });
  const news = [...resolved, ...fired, ...untold];
  if (news.length > 0) await announce(client, news.map(alertView));
}

/** Queues a notice of each alert for its channels. */
export async function tell(
  client: pg.ClientBase,
  { deliver }: AlertSinks,
  type: NoticeType,
  alerts: readonly AlertRecord[],
  at: number,
): Promise<void> {
  const timestamp = new Date(at).toISOString();
  for (const alert of alerts) {
    if (alert.channels.length > 0) {
      await deliver(client, alert.channels, { type, timestamp, data: alertView(alert) });
    }
  }
}

const inIso = (values: readonly SeenValue[]) =>
  values.map(([at, value]) => ({ at: new Date(at).toISOString(), value }));

function newAlert(
  { rule, key, after, seen, transition }: RuleChange,
  at: number,
  isSilenced: (rule: Rule, group: Group) => boolean,
): NewAlert | undefined {
  if (transition !== 'fired' || !after || !seen) return undefined;
  const silenced = isSilenced(rule, seen.group);
  return {
    id: newUuidV7(at),
    rule_id: rule.id,
    rule_name: rule.name,
    kind: rule.condition.kind,
    severity: rule.severity,
    group_key: key,
    group: seen.group,
    summary: seen.summary(),
    value: seen.value,
    threshold: seen.threshold,
    unit: seen.unit,
    values: inIso(after.values),
    history: [{ at: new Date(at).toISOString(), type: 'fired', ...(silenced && { note: 'silenced' }) }],
    channels: rule.channels,
    runbook_url: rule.runbook_url,
    silenced,
    started_at: new Date(after.since).toISOString(),
    fired_at: new Date(at).toISOString(),
  };
}

/** The newest figures of what fires on. */
function newsOf({ rule, key, before, after, seen }: RuleChange): AlertNews | undefined {
  const goesOn = before?.status === 'firing' && after?.status === 'firing';
  if (!goesOn || !seen || before.values === after.values) return undefined;
  return {
    rule_id: rule.id,
    group_key: key,
    value: seen.value,
    summary: seen.summary(),
    values: inIso(after.values),
  };
}
