import type { IdRange } from './id-range.js';
import type { ListSource } from './list-source.js';

export interface StatementOptions {
  range: IdRange;
  limit: number;
  /** Few rows of the range match, against what statistics may say: all are found by index and then sorted. */
  few: boolean;
}

/** The newest rows of a range that match, each field as text. Fields are made of the rows of the page alone, after the LIMIT. */
export function listStatement<Filter>(
  { table, fields, conditions }: ListSource<Filter>,
  filter: Filter,
  { range, limit, few }: StatementOptions,
): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const where = conditions(filter, bind);
  if (range.lowest !== undefined) where.push(`id >= ${bind(range.lowest)}::uuid`);
  if (range.above !== undefined) where.push(`id < ${bind(range.above)}::uuid`);
  const text = `
    SELECT ${fields.map((field) => field.text).join(', ')}
    FROM (
      SELECT *
      FROM (
        SELECT *
        FROM ${table}
        ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}
        ${few ? 'OFFSET 0' : ''}
      ) AS matching
      ORDER BY id DESC
      LIMIT ${bind(limit)}
    ) AS page
    ORDER BY page.id DESC`;
  return { text, values };
}
