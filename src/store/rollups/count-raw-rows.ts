import type pg from 'pg';
import type { CountedAction, CountedCall } from '../pending-row.js';
import { lowestUuidAt, timeOfUuidV7 } from '../uuid-v7.js';
import type { Span } from './grains.js';
import { RollupDelta } from './rollup-delta.js';

/** Rows a page: 5 MB of the driver's objects at a time. */
const PAGE = 10_000;

/** Counts the stored rows of a span anew, by the very code that counts them when they come. `counted` hears how many so far. */
export async function countRawRows(
  client: pg.ClientBase | pg.Pool,
  span: Span,
  counted: (rows: number) => void = () => undefined,
): Promise<RollupDelta> {
  const delta = new RollupDelta();
  await eachRow<CountedAction & { id: string }>(client, actions, span, (rows) => {
    for (const row of rows) {
      // The call that one with a time is too stands in service_metrics, and is counted from there.
      delta.addAction(row.id, timeOfUuidV7(row.id), {
        ...row,
        user_type: row.user_type ?? undefined,
        error_message: row.error_message ?? undefined,
        execution_time: row.execution_time ?? undefined,
      });
    }
    counted(rows.length);
  });
  await eachRow<CountedCall & { id: string }>(client, calls, span, (rows) => {
    for (const row of rows) delta.addCall(timeOfUuidV7(row.id), row);
    counted(rows.length);
  });
  return delta;
}

const actions = {
  name: 'raw actions',
  text: `
    SELECT id, user_id, user_type, action_type, service_name, method_name, success, execution_time,
           CASE WHEN NOT success THEN error_message END AS error_message
    FROM action_logs
    WHERE id >= $1 AND id < $2
    ORDER BY id
    LIMIT ${PAGE}`,
};

const calls = {
  name: 'raw calls',
  text: `
    SELECT id, service_name, method_name, execution_time, success
    FROM service_metrics
    WHERE id >= $1 AND id < $2
    ORDER BY id
    LIMIT ${PAGE}`,
};

async function eachRow<Row extends { id: string }>(
  client: pg.ClientBase | pg.Pool,
  statement: { name: string; text: string },
  span: Span,
  visit: (rows: Row[]) => void,
): Promise<void> {
  const end = lowestUuidAt(span.to);
  let from = lowestUuidAt(span.from);
  for (;;) {
    const { rows } = await client.query<Row>({ ...statement, values: [from, end] });
    visit(rows);
    const last = rows.at(-1);
    if (rows.length < PAGE || !last) return;
    from = nextUuid(last.id);
  }
}

/** The value after a UUID. */
function nextUuid(id: string): string {
  const hex = (BigInt(`0x${id.replaceAll('-', '')}`) + 1n).toString(16).padStart(32, '0');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
