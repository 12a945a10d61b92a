import type pg from 'pg';
import type { UnusualUser, UnusualUserQuery } from '../../../contract/unusual-user.js';
import { lowestUuidAt } from '../../../store/uuid-v7.js';

interface UnusualUserRecord extends Omit<UnusualUser, 'since' | 'first_at' | 'last_at'> {
  since: Date;
  first_at: Date;
  last_at: Date;
}

/** Findings by filter, newest first: one more than asked for, where there are more. */
export async function listUnusualUsers(pool: pg.Pool, query: UnusualUserQuery): Promise<UnusualUser[]> {
  const { detector, subject_kind, subject, min_score, from, to, cursor, limit } = query;
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const conditions = [
    ...(detector === undefined ? [] : [`detector = ANY(${bind(detector)}::text[])`]),
    ...(subject_kind === undefined ? [] : [`subject_kind = ${bind(subject_kind)}`]),
    ...(subject === undefined ? [] : [`subject = ${bind(subject)}`]),
    ...(min_score === undefined ? [] : [`score >= ${bind(min_score)}`]),
    // An id's time is first_at, so a span of time is a range of the primary key.
    ...(from === undefined ? [] : [`id >= ${bind(lowestUuidAt(from.getTime()))}`]),
    ...(to === undefined ? [] : [`id < ${bind(lowestUuidAt(to.getTime()))}`]),
    ...(cursor === undefined ? [] : [`id < ${bind(cursor)}`]),
  ];
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  const { rows } = await pool.query<UnusualUserRecord>(
    `SELECT id, detector, subject_kind, subject, score, reason, evidence, since, first_at, last_at, times
     FROM unusual_users
     ${where}
     ORDER BY id DESC
     LIMIT ${bind(limit + 1)}`,
    values,
  );
  return rows.map((row) => ({
    ...row,
    since: row.since.toISOString(),
    first_at: row.first_at.toISOString(),
    last_at: row.last_at.toISOString(),
  }));
}
