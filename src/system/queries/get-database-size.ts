import type pg from 'pg';

/** PostgreSQL's version and what the database takes on disk. The size is a stat of each file: 1 ms per 100 of them, so it is not asked often. */
export async function getDatabaseSize(pool: pg.Pool): Promise<{ version: string; size_bytes: number }> {
  const { rows } = await pool.query<{ version: string; size_bytes: number }>(`
    SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
           pg_database_size(current_database())::float8 AS size_bytes`);
  return rows[0] ?? { version: 'unknown', size_bytes: 0 };
}
