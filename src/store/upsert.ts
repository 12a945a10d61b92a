import type pg from 'pg';

/** A table as {@link upsert} writes it. Names and expressions are constants of ours: none comes from outside. */
export interface Upsertable<Row> {
  table: string;
  /** Column, its type, and its value of a row. */
  columns: readonly (readonly [name: string, type: string, value: (row: Row) => unknown])[];
  key: readonly string[];
  /** What an existing row gets, by column; `table.column` is what it has, `EXCLUDED.column` what came. */
  update: Readonly<Record<string, string>>;
}

/** Rows a statement: beyond, the parameters' text would be megabytes. */
const AT_ONCE = 2_000;

/** Inserts rows, or updates those whose key is there, in key order, so that two who write the same keys wait instead of deadlocking. */
export async function upsert<Row>(
  client: pg.ClientBase,
  { table, columns, key, update }: Upsertable<Row>,
  rows: readonly Row[],
): Promise<void> {
  const names = columns.map(([name]) => name).join(', ');
  const arrays = columns.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ');
  const changes = Object.entries(update).map(([column, expression]) => `${column} = ${expression}`);
  const text = `
    INSERT INTO ${table} (${names})
    SELECT ${names} FROM unnest(${arrays}) AS row (${names}) ORDER BY ${key.join(', ')}
    ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${changes.join(', ')}`;
  for (let start = 0; start < rows.length; start += AT_ONCE) {
    const part = rows.slice(start, start + AT_ONCE);
    const values = columns.map(([, , value]) => part.map(value));
    await client.query({ name: `upsert ${table}`, text, values });
  }
}

/** Unix ms as PostgreSQL reads a time. */
export const timeText = (unixMs: number): string => new Date(unixMs).toISOString();
