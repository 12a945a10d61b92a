import type pg from 'pg';
import { type Setting, type SettingRow, type SettingState, stateOf } from './setting.js';

/** What a part of the settings is now. Throws a ZodError where it is none that this version knows. */
export async function getSetting<Value>(
  client: Pick<pg.ClientBase, 'query'>,
  setting: Setting<Value>,
): Promise<SettingState<Value>> {
  const { rows } = await client.query<SettingRow>({
    name: 'get setting',
    text: 'SELECT value, version, changed_at, changed_by FROM settings WHERE key = $1',
    values: [setting.key],
  });
  return stateOf(setting, rows[0]);
}
