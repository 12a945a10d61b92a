import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import type { RuleInput } from '../../contract/alert-rule.js';
import { inTransaction } from '../../store/in-transaction.js';
import { type AlertSinks, tell } from '../engine/record-changes.js';
import { awaitAlertLock } from '../queries/alert-lock.js';
import { alertView } from '../queries/alert-record.js';
import { resolveAlerts } from '../queries/write-alerts.js';
import { getRule, type RuleRecord } from './rule-record.js';

/** What a change of rules works with. */
export interface RuleChanging extends AlertSinks {
  pool: pg.Pool;
  /** Unix ms. */
  clock: () => number;
}

/** Fields that are given, each with its new value. */
export type RuleChanges = { [Field in keyof RuleInput]?: RuleInput[Field] | undefined };

/** Changes a rule between two steps of the engine. Where it looks at something else, or is switched off, what fires of it is resolved and all begins anew. Undefined where there is none. */
export function changeRule(
  changing: RuleChanging,
  id: string,
  change: RuleChanges,
): Promise<RuleRecord | undefined> {
  return inTransaction(changing.pool, async (client) => {
    await awaitAlertLock(client);
    const before = await getRule(client, id);
    if (!before) return undefined;
    const named = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const after: RuleRecord = { ...before, ...named };
    const now = changing.clock();
    const another = !isDeepStrictEqual(after.condition, before.condition) || after.enabled !== before.enabled;
    if (another)
      await beginAnew(
        client,
        changing,
        id,
        after.enabled ? 'the rule was changed' : 'the rule was switched off',
      );
    await client.query(
      `UPDATE alert_rules
          SET name = $2, description = $3, enabled = $4, severity = $5, condition = $6, for_seconds = $7, resolve_after_seconds = $8,
              cooldown_seconds = $9, quiet_hours = $10, channels = $11, runbook_url = $12,
              version = version + $13::int, updated_at = to_timestamp($14::float8 / 1000)
        WHERE id = $1`,
      [
        id,
        after.name,
        after.description,
        after.enabled,
        after.severity,
        JSON.stringify(after.condition),
        after.for_seconds,
        after.resolve_after_seconds,
        after.cooldown_seconds,
        JSON.stringify(after.quiet_hours),
        after.channels,
        after.runbook_url,
        another ? 1 : 0,
        now,
      ],
    );
    return getRule(client, id);
  });
}

/** Deletes a rule; its alerts stay, resolved. False where there is none. */
export function deleteRule(changing: RuleChanging, id: string): Promise<boolean> {
  return inTransaction(changing.pool, async (client) => {
    await awaitAlertLock(client);
    await beginAnew(client, changing, id, 'the rule was deleted');
    const { rowCount } = await client.query('DELETE FROM alert_rules WHERE id = $1', [id]);
    return (rowCount ?? 0) > 0;
  });
}

/** Forgets where a rule's groups stand and what its detectors have learned, and resolves what fires of it. */
async function beginAnew(
  client: pg.ClientBase,
  changing: RuleChanging,
  id: string,
  note: string,
): Promise<void> {
  const now = changing.clock();
  const { rows } = await client.query<{ rule_id: string; group_key: string }>(
    `SELECT rule_id, group_key FROM alerts WHERE rule_id = $1 AND status = 'firing'`,
    [id],
  );
  const resolved = await resolveAlerts(client, rows, now, note);
  await tell(
    client,
    changing,
    'alert.resolved',
    resolved.filter(({ notified_at }) => notified_at !== null),
    now,
  );
  if (resolved.length > 0) await changing.announce(client, resolved.map(alertView));
  await client.query('DELETE FROM alert_states WHERE rule_id = $1', [id]);
  await client.query('DELETE FROM alert_series WHERE rule_id = $1', [id]);
}
