import type pg from 'pg';
import { ACTIVE, type ActiveFinding } from './active-findings.js';

/** Findings that were active at some time of [from, to), each from when it was told until it was active no more: Unix ms, oldest first. */
export async function findingsDuring(
  client: Pick<pg.ClientBase, 'query'>,
  from: number,
  to: number,
): Promise<{ from: number; to: number; what: ActiveFinding }[]> {
  const { rows } = await client.query<ActiveFinding & { first_at: Date; last_at: Date }>(
    `
      SELECT detector, subject_kind, subject, score, reason, first_at, last_at
      FROM unusual_users
      WHERE last_at > to_timestamp($1::float8 / 1000) AND first_at < to_timestamp($2::float8 / 1000)
      ORDER BY first_at, detector, subject_kind, subject`,
    [from - ACTIVE, to],
  );
  return rows.map(({ first_at, last_at, ...what }) => ({
    from: first_at.getTime(),
    to: last_at.getTime() + ACTIVE,
    what,
  }));
}
