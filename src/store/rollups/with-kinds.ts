import type pg from 'pg';
import type { ErrorRow } from './aggregate.js';

/** Rows with the numbers of their kinds; kinds that were not met before get one. For who holds the fold's lock, so that nobody else gives numbers meanwhile. */
export async function withKinds(
  client: pg.ClientBase,
  rows: readonly ErrorRow[],
): Promise<(ErrorRow & { kind: number })[]> {
  const kinds = new Map(rows.map((row) => [keyOf(row), row]));
  if (kinds.size === 0) return [];
  const names = [...kinds.values()];
  const values = [
    names.map((row) => row.service_name),
    names.map((row) => row.method_name),
    names.map((row) => row.message),
  ];
  await client.query({
    name: 'new error kinds',
    // Those that are there are left out first: each conflict would use up a number.
    text: `
      INSERT INTO error_kinds (service_name, method_name, message)
      SELECT service_name, method_name, message
      FROM unnest($1::text[], $2::text[], $3::text[]) AS met (service_name, method_name, message)
      WHERE NOT EXISTS (SELECT FROM error_kinds AS known
                        WHERE (known.service_name, known.method_name, known.message) = (met.service_name, met.method_name, met.message))`,
    values,
  });
  const { rows: numbered } = await client.query<NumberedKind>({
    name: 'error kinds',
    text: `
      SELECT known.kind, known.service_name, known.method_name, known.message
      FROM unnest($1::text[], $2::text[], $3::text[]) AS met (service_name, method_name, message)
      JOIN error_kinds AS known USING (service_name, method_name, message)`,
    values,
  });
  const numbers = new Map(numbered.map((row) => [keyOf(row), row.kind]));
  return rows.flatMap((row) => {
    const kind = numbers.get(keyOf(row));
    return kind === undefined ? [] : [{ ...row, kind }];
  });
}

interface ErrorNames {
  service_name: string;
  method_name: string;
  message: string;
}

interface NumberedKind extends ErrorNames {
  kind: number;
}

const keyOf = ({ service_name, method_name, message }: ErrorNames): string =>
  `${service_name}\0${method_name}\0${message}`;
