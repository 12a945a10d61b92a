import type pg from 'pg';
import type { StoredAction } from '../../contract/action.js';
import { actionSource } from '../lists/action-source.js';
import { readPage } from '../lists/read-pages.js';
import { jsonWriter } from '../lists/row-text.js';

export interface RecentActionsOptions {
  /** Unix ms; where the walk through the days begins. */
  now: number;
  limit: number;
}

/** One person's newest actions. Numbers beyond a double's lose digits here, as in any JSON that is parsed. */
export async function getRecentActions(
  pool: pg.Pool,
  user_id: string,
  { now, limit }: RecentActionsOptions,
): Promise<StoredAction[]> {
  const rows = await readPage(actionSource, { user_id }, { pool, now, most: limit });
  const toJson = jsonWriter(actionSource.fields);
  return rows.map((row) => JSON.parse(toJson(row)) as StoredAction);
}
