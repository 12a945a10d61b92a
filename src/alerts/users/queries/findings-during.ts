import type pg from 'pg';
import type { ActiveFinding } from '../../engine/world.js';
import type { During } from '../../past/database-past.js';
import { ACTIVE } from './active-findings.js';

/** Findings that were active at some time of [from, to), each from when it was told until it was active no more: Unix ms, oldest first. */
export async function findingsDuring(
  pool: pg.Pool,
  from: number,
  to: number,
): Promise<During<ActiveFinding>[]> {
  const { rows } = await pool.query<ActiveFinding & { first_at: Date; last_at: Date }>(
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
