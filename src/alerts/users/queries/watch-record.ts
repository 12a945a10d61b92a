import type pg from 'pg';

/** Where the watch of users stands, whichever process is at it. */
export interface WatchRecord {
  step: string | null;
}

export interface SavedWatch {
  step: string | null;
  state: Buffer | null;
  /** The number of the last commit that `state` knows. */
  state_through: number;
}

/** The name of the last step that committed. */
export async function getWatchStep(client: pg.ClientBase): Promise<string | null> {
  const { rows } = await client.query<WatchRecord>({
    name: 'watch step',
    text: 'SELECT step FROM user_watch WHERE id = 1',
  });
  return rows[0]?.step ?? null;
}

export async function getSavedWatch(client: pg.ClientBase): Promise<SavedWatch> {
  const { rows } = await client.query<Omit<SavedWatch, 'state_through'> & { state_through: string }>(
    'SELECT step, state, state_through FROM user_watch WHERE id = 1',
  );
  const [row] = rows;
  return {
    step: row?.step ?? null,
    state: row?.state ?? null,
    state_through: Number(row?.state_through ?? 0),
  };
}

/** Says that a step is done, up to a commit. */
export async function writeWatchStep(client: pg.ClientBase, step: string, through: number): Promise<void> {
  await client.query({
    name: 'write watch step',
    text: 'UPDATE user_watch SET step = $1, through = $2 WHERE id = 1',
    values: [step, through],
  });
}

/** Saves what the watch remembers, unless another process did a step since. Returns whether it did. */
export async function writeWatchState(
  client: Pick<pg.ClientBase, 'query'>,
  { step, state, through, at }: { step: string; state: Buffer; through: number; at: number },
): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'write watch state',
    text: `
      UPDATE user_watch
      SET state = $2, state_through = $3, saved_at = to_timestamp($4::float8 / 1000)
      WHERE id = 1 AND step = $1`,
    values: [step, state, through, at],
  });
  return rowCount === 1;
}
