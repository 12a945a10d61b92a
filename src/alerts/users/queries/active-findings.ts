import type pg from 'pg';
import type { ActiveFinding } from '../../engine/world.js';

/** A finding stays active for so long (ms) after it was last seen to go on. */
export const ACTIVE = 30 * 60_000;
/** More are no news any more. */
const MOST = 1_000;

/**
 * Those that went on within 30 minutes before a time (Unix ms), or after it: the engine looks some seconds behind the rows, and what is told once more must
 * not be gone meanwhile. Each subject once a detector, strangest first.
 */
export async function activeFindings(pool: pg.Pool, at: number): Promise<ActiveFinding[]> {
  const { rows } = await pool.query<ActiveFinding>({
    name: 'active findings',
    text: `
      WITH newest AS (
        SELECT DISTINCT ON (detector, subject_kind, subject) detector, subject_kind, subject, score, reason
        FROM unusual_users
        WHERE last_at > to_timestamp($1::float8 / 1000)
        ORDER BY detector, subject_kind, subject, first_at DESC
      )
      SELECT detector, subject_kind, subject, score, reason
      FROM newest
      ORDER BY score DESC, detector, subject_kind, subject
      LIMIT ${MOST}`,
    values: [at - ACTIVE],
  });
  return rows;
}
