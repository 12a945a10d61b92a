// @ts-check
import pg from 'pg';
import { connectionOptions, quotedIdentifier, targetOf, withDatabase } from './connection-url.mjs';
import { UserFacingError } from './user-facing-error.mjs';

/**
 * Connects once. Throws P1001 (no server), P1003 (no such database), P1000 or P1010 (not for this user).
 * @param {string} url
 */
export async function canConnectToDatabase(url) {
  await withClient(url, async (client) => {
    await client.query('SELECT 1');
  });
}

/**
 * Makes the database of a URL and returns its name. One that is there is fine: of two replicas that deploy at once onto a new server, the
 * second has what it wants, and must not fail.
 * @param {string} url
 */
export async function createDatabase(url) {
  const { database } = targetOf(url);
  await fromMaintenanceDatabase(url, `CREATE DATABASE ${quotedIdentifier(database)}`).catch((error) => {
    if (!(error instanceof UserFacingError && error.code === 'P1009')) throw error;
  });
  return database;
}

/**
 * Drops the database of a URL, connections and all; one that is not there is fine.
 * @param {string} url
 */
export async function dropDatabase(url) {
  await fromMaintenanceDatabase(
    url,
    `DROP DATABASE IF EXISTS ${quotedIdentifier(targetOf(url).database)} WITH (FORCE)`,
  );
}

/**
 * Empties a database that was named as the shadow: every schema but PostgreSQL's own, with all that is in it.
 * @param {string} url
 */
export async function emptyDatabase(url) {
  await withClient(url, async (client) => {
    const { rows } = await client.query(
      `SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'`,
    );
    for (const { nspname } of rows) await client.query(`DROP SCHEMA ${quotedIdentifier(nspname)} CASCADE`);
    await client.query('CREATE SCHEMA public');
  });
}

/**
 * CREATE and DROP DATABASE need a connection to another database: `postgres`, or `template1` where that one was dropped.
 * @param {string} url
 * @param {string} sql
 */
async function fromMaintenanceDatabase(url, sql) {
  const run = (/** @type {string} */ database) =>
    withClient(withDatabase(url, database), async (client) => {
      await client.query(sql);
    });
  try {
    await run('postgres');
  } catch (error) {
    if (!(error instanceof UserFacingError && error.code === 'P1003')) throw error;
    await run('template1');
  }
}

/**
 * @param {string} url
 * @param {(client: pg.Client) => Promise<void>} use
 */
async function withClient(url, use) {
  const client = new pg.Client(connectionOptions(url));
  // A connection cut while idle must not end the process by an unheard event.
  client.on('error', () => {});
  try {
    await client.connect();
    await use(client);
  } catch (error) {
    throw UserFacingError.fromConnection(error, targetOf(url));
  } finally {
    await client.end().catch(() => {});
  }
}
