import type pg from 'pg';

/** A commit whose rows are to be watched. */
export interface UnwatchedCommit {
  seq: number;
  /** Ids of its rows, to be read by `readIds`: as texts they would be 8 times as long. */
  actions: Buffer | null;
  events: Buffer | null;
  rows: number;
}

export interface Unwatched {
  commits: UnwatchedCommit[];
  /** Numbers that nobody wrote within 10 s, or that were forgotten before they were read. */
  skipped: number;
}

interface Row extends Omit<UnwatchedCommit, 'seq'> {
  seq: string;
  /** Written so long ago that numbers before it, which are not there, will not come. */
  is_old: boolean;
}

const AT_ONCE = 1_000;

/**
 * The next commits, in the order of their numbers, with `rows` rows or little more. A number that is not there may be of a transaction under way, so the reading
 * stops before it; 10 s after the next one was written it is given up. So rows are watched in one order, whoever reads and however often.
 */
export async function getUnwatchedCommits(
  client: pg.ClientBase,
  through: number,
  rows: number,
): Promise<Unwatched> {
  const answer = await client.query<Row>({ ...statement, values: [through, AT_ONCE, rows * 16] });
  const commits: UnwatchedCommit[] = [];
  let skipped = 0;
  let next = through + 1;
  for (const { seq: text, is_old, ...commit } of answer.rows) {
    const seq = Number(text);
    if (seq > next && !is_old) break;
    skipped += seq - next;
    commits.push({ ...commit, seq });
    next = seq + 1;
  }
  return { commits, skipped };
}

const statement = {
  name: 'unwatched commits',
  text: `
    WITH next AS (
      SELECT seq, at, actions, events,
             coalesce(octet_length(actions), 0) + coalesce(octet_length(events), 0) AS bytes
      FROM commits
      WHERE seq > $1
      ORDER BY seq
      LIMIT $2
    ), counted AS (
      SELECT *, sum(bytes) OVER (ORDER BY seq) - bytes AS before
      FROM next
    )
    SELECT seq, actions, events, bytes / 16 AS rows, at < clock_timestamp() - interval '10 seconds' AS is_old
    FROM counted
    WHERE before < $3
    ORDER BY seq`,
};
