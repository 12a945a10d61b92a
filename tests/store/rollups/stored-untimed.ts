import type { TestDatabase } from '../../helpers/database.js';

/** Actions without a time as service_rollups has them, of a grain (seconds): lines of text, sorted, as {@link exactAnswers} writes them. */
export async function storedUntimed(db: TestDatabase, grain: number): Promise<string[]> {
  const rows = await db.query<{ line: string }>(
    `SELECT concat_ws(' ', extract(epoch FROM bucket)::bigint, service_name, method_name, untimed, untimed_failures) AS line
     FROM service_rollups WHERE grain = $1 AND untimed > 0`,
    [grain],
  );
  return rows.map(({ line }) => line).sort();
}
