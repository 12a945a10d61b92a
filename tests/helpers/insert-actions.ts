import pg from 'pg';
import { rebuildDay } from '../../src/store/rollups/rebuild-rollups.js';
import type { TestDatabase } from './database.js';

const DAY = 86_400_000;

/** A row of `action_logs`; what is missing is ordinary. */
export interface InsertedAction {
  id: string;
  [column: string]: unknown;
}

/** Loads rows behind the service's back, as COPY would, and has the rollups of their days computed, as whoever does that must. */
export async function insertActions(db: TestDatabase, rows: readonly InsertedAction[]): Promise<void> {
  await db.query(
    `INSERT INTO action_logs (id, user_id, user_type, action_type, service_name, method_name, parameters, response_data,
       session_id, success, error_message, execution_time, timestamp, received_at, identity)
     SELECT id, coalesce(user_id, 'u_1'), user_type, coalesce(action_type, 'm'), coalesce(service_name, 's'),
       coalesce(method_name, 'm'), parameters, response_data, session_id, coalesce(success, true), error_message,
       execution_time, now(), now(), 'service'
     FROM json_to_recordset($1::json) AS row (
       id uuid, user_id text, user_type text, action_type text, service_name text, method_name text, parameters json,
       response_data json, session_id text, success boolean, error_message text, execution_time float8)`,
    [JSON.stringify(rows)],
  );
  const timeOf = (id: string) => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  await rebuildRollups(db, new Set(rows.map(({ id }) => Math.floor(timeOf(id) / DAY) * DAY)));
}

/** Computes the rollups of days (their start, Unix ms) from the rows that they have. */
export async function rebuildRollups(db: TestDatabase, days: Iterable<number>): Promise<void> {
  const client = new pg.Client({ connectionString: db.url, application_name: 'test-helper' });
  await client.connect();
  try {
    for (const day of days) await rebuildDay(client, day, { write: true, now: Date.now() });
  } finally {
    await client.end();
  }
}
