import type pg from 'pg';

/** A question that a connection plans once and then keeps under its name. */
export interface NamedQuery {
  name: string;
  text: string;
  values?: readonly unknown[];
}

/**
 * Runs a question on the pool, prepared, and returns its rows. For what is asked often or must be answered in milliseconds: Prisma's `$queryRaw` plans anew
 * each time and passes parameters and rows through JSON (docs/decisions/0006). Columns of type bytea come as Buffer, bigint as text.
 */
export async function query<Row>(pool: pg.Pool, { name, text, values = [] }: NamedQuery): Promise<Row[]> {
  const { rows } = await pool.query({ name, text, values: [...values] });
  return rows as Row[];
}
