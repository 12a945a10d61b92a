import type pg from 'pg';
import { getSetting } from './get-setting.js';
import type { Setting, SettingState } from './setting.js';

export interface SettingChange<Value> {
  before: SettingState<Value>;
  after: SettingState<Value>;
}

/**
 * Changes a part of the settings, in the caller's transaction: `change` is given what it is now and returns what it is to be. Two who change at once take turns,
 * and the second is given what the first made of it. `at` is Unix ms, `by` the admin's account id.
 */
export async function changeSetting<Value>(
  client: pg.ClientBase,
  setting: Setting<Value>,
  change: (now: SettingState<Value>) => Value,
  { by, at }: { by: string; at: number },
): Promise<SettingChange<Value>> {
  // A row lock would not hold back two who both find no row.
  await client.query({
    name: 'lock setting',
    text: `SELECT pg_advisory_xact_lock(hashtext('foodieexpress-setting'), hashtext($1))`,
    values: [setting.key],
  });
  const before = await getSetting(client, setting);
  const value = setting.schema.parse(change(before));
  const version = before.version + 1;
  await client.query({
    name: 'change setting',
    text: `
      INSERT INTO settings (key, value, version, changed_at, changed_by)
      VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (key) DO UPDATE
      SET value = EXCLUDED.value, version = EXCLUDED.version, changed_at = EXCLUDED.changed_at, changed_by = EXCLUDED.changed_by`,
    values: [setting.key, JSON.stringify(value), version, new Date(at), by],
  });
  return { before, after: { value, version, changed_at: new Date(at).toISOString(), changed_by: by } };
}
