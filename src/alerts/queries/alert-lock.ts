import type pg from 'pg';

/** The lock under which states and alerts are written, until the end of the transaction: one step at a time, whichever replica does it. */
const LOCK = `hashtext('foodieexpress-alerts')`;

/** False where another has it: then the step is being done. */
export async function tryAlertLock(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ had: boolean }>(`SELECT pg_try_advisory_xact_lock(${LOCK}) AS had`);
  return rows[0]?.had ?? false;
}

/** Waits for it: a step takes some milliseconds. */
export async function awaitAlertLock(client: pg.ClientBase): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock(${LOCK})`);
}
