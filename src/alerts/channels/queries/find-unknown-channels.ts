import type pg from 'pg';

/** Which of the ids are no channel's. */
export async function findUnknownChannels(pool: pg.Pool, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const { rows } = await pool.query<{ id: string }>(
    `SELECT id FROM unnest($1::uuid[]) AS id EXCEPT SELECT id FROM channels`,
    [[...ids]],
  );
  return rows.map(({ id }) => id);
}
