import type pg from 'pg';

/**
 * Runs `work` on one connection between BEGIN and COMMIT; what it throws rolls back. A connection whose end is not clear (it broke, or a
 * statement timed out at our end) is closed rather than handed to the next.
 */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
  begin = 'BEGIN',
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // Between two statements an error has no query to go to, and would end the process.
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // An error of the server's (it has an SQLSTATE) leaves a connection that can go on; any other may not.
    if (!/^[0-9A-Z]{5}$/.test(String((error as { code?: unknown }).code))) broken = error as Error;
    else await client.query('ROLLBACK').catch((failure: Error) => onError(failure));
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
