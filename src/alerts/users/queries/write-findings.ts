import type pg from 'pg';
import { newUuidV7 } from '../../../store/new-uuid-v7.js';
import { timeText } from '../../../store/upsert.js';
import type { UserFinding } from '../raised.js';

/**
 * Writes findings: new ones, and how those that go on go on. One that was told no more often than what is stored is left as it is, so
 * that rows which are watched again change nothing.
 */
export async function writeFindings(client: pg.ClientBase, findings: readonly UserFinding[]): Promise<void> {
  if (findings.length === 0) return;
  // The last word on each, in the order of their keys, so that no two steps could ever wait for each other.
  const last = new Map(findings.map((finding) => [keyOf(finding), finding]));
  const rows = [...last]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { since, first_at, at, ...finding }]) => ({
      ...finding,
      id: newUuidV7(first_at),
      since: timeText(since),
      first_at: timeText(first_at),
      last_at: timeText(at),
    }));
  await client.query({ name: 'write findings', text: statement, values: [JSON.stringify(rows)] });
}

const keyOf = ({ subject, detector, subject_kind, first_at }: UserFinding): string =>
  `${subject} ${detector} ${subject_kind} ${first_at}`;

const statement = `
  INSERT INTO unusual_users (id, detector, subject_kind, subject, score, reason, evidence, since, first_at, last_at, times)
  SELECT id, detector, subject_kind, subject, score, reason, evidence, since, first_at, last_at, times
  FROM json_to_recordset($1::json) AS row (
    id uuid, detector text, subject_kind text, subject text, score float8, reason text, evidence uuid[],
    since timestamptz, first_at timestamptz, last_at timestamptz, times int)
  ON CONFLICT (subject, detector, subject_kind, first_at) DO UPDATE
  SET score = EXCLUDED.score,
      reason = EXCLUDED.reason,
      evidence = EXCLUDED.evidence,
      last_at = EXCLUDED.last_at,
      times = EXCLUDED.times
  WHERE EXCLUDED.times > unusual_users.times`;
