import type pg from 'pg';
import type { Field } from '../../store/row-fields.js';
import type { IdRange } from './id-range.js';
import type { ListedRow } from './row-text.js';

/** Rows of one value, which an index finds. */
export interface Sought {
  /** Names the statement, with its table. */
  by: string;
  /** SQL: a constant of ours, with parameters from $1 on. */
  condition: string;
  values: readonly unknown[];
}

/** Rows that are looked through at most: 10 ms. More are better walked, newest first. */
export const MOST_SOUGHT = 5_000;

export interface SeekOptions {
  table: string;
  fields: readonly Field[];
  sought: Sought;
  /**
   * All that a filter may compare for, so that there is one statement for any filter: SQL with # and its type for the value, and the value; undefined
   * compares nothing.
   */
  comparisons: readonly (readonly [sql: `${string}#::${string}`, value: unknown])[];
  range: IdRange;
  limit: number;
}

/**
 * The newest of few rows, wherever in time they are: one statement over all partitions, in 4 ms. Its plan is made once for all values and kept by the
 * connection (1 MB a kind of seek, which is why conditions are not left out where a filter has none): planning it anew takes 20 ms for 100 partitions. Such a
 * plan knows nothing of what it looks for, so it is held to the index: the pool has no sequential scans, and ids are compared only after the rows
 * were found, or their index would be tried for it. Undefined where there are more than {@link MOST_SOUGHT}.
 */
export async function seekRows(
  pool: pg.Pool,
  { table, fields, sought, comparisons, range, limit }: SeekOptions,
): Promise<ListedRow[] | undefined> {
  const values = [...sought.values];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const comparing = [
    ...comparisons,
    ['id >= #::uuid', range.lowest] as const,
    ['id < #::uuid', range.above] as const,
  ];
  const conditions = comparing.map(([sql, value]) => {
    const compare = sql.replace('#', bind(value ?? null));
    return `(${compare.slice(compare.indexOf('$'))} IS NULL OR ${compare})`;
  });
  const text = `
    WITH sought AS MATERIALIZED (SELECT * FROM ${table} WHERE ${sought.condition} LIMIT ${MOST_SOUGHT + 1})
    SELECT found.rows, page.*
    FROM (SELECT count(*) AS rows FROM sought) AS found
    LEFT JOIN LATERAL (
      SELECT ${fields.map((field) => field.text).join(', ')}
      FROM (SELECT * FROM sought WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT ${bind(limit)}) AS newest
      ORDER BY newest.id DESC
    ) AS page ON true`;
  const { rows } = await pool.query<(string | null)[]>({
    name: `seek ${table} by ${sought.by}, ${fields.length} fields`,
    text,
    values,
    rowMode: 'array',
  });
  if (Number(rows[0]?.[0] ?? 0) > MOST_SOUGHT) return undefined;
  // Where nothing matches, there is one row, without a page.
  return rows.flatMap(([, ...row]) => (row[0] === null ? [] : [row as unknown as ListedRow]));
}
