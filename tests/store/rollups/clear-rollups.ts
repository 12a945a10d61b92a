import type { TestDatabase } from '../../helpers/database.js';

/** Empties what is counted and what counts it. The version goes on, as it does for ever. */
export async function clearRollups(db: TestDatabase): Promise<void> {
  await db.query(`TRUNCATE action_logs, service_metrics, business_events, rollup_deltas, service_rollups, activity_rollups,
                           user_rollups, error_rollups, rollup_buckets, order_buckets, user_days, method_days`);
  await db.query(`UPDATE rollup_state SET version = version + 1, minutes_since = '1970-01-01T00:00:00Z'`);
}
