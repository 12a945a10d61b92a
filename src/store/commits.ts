import type pg from 'pg';

/**
 * The table `commits`: one row for each flush and each message, numbered, for ten minutes. Numbers are given before their transaction
 * commits, so a reader meets holes: of transactions that are under way, or that rolled back.
 */

/** Stands for a writer that has no live feed of its own. */
export const NO_REPLICA = '00000000-0000-0000-0000-000000000000';

/** What is pushed as it is, to whoever watches at any replica. */
export interface CommitMessage {
  type: 'alert';
  data: object;
}

/** One row of `commits`. */
export interface CommitEntry {
  seq: number;
  /** When it was written, Unix ms by the database's clock. */
  at: number;
  replica: string;
  /** UUIDs of the rows that were new, in id order. */
  actions: string[];
  events: string[];
  messages: CommitMessage[];
}

/** Which commits a reader has seen: all up to `newest` but for the holes below it. */
export interface CommitFrontier {
  newest: number;
  holes: readonly number[];
}

/** Commits one reading takes: some 15 s of a replica under full load. */
const AT_ONCE = 1_000;

/** 16 bytes a row's id; null without any, as the column has it. */
export function idBytes(rows: readonly { id: string }[]): Buffer | null {
  if (rows.length === 0) return null;
  let hex = '';
  for (const { id } of rows) hex += id;
  return Buffer.from(hex.replaceAll('-', ''), 'hex');
}

/** The ids that {@link idBytes} wrote. */
export function readIds(bytes: Buffer | null): string[] {
  if (!bytes) return [];
  const hex = bytes.toString('hex');
  return Array.from({ length: hex.length / 32 }, (_, index) => {
    const id = hex.slice(32 * index, 32 * index + 32);
    return `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`;
  });
}

/**
 * Writes messages into the caller's transaction, to be pushed by every replica once it commits. Returns their number. To be called last: a
 * number waits for its commit, and cursors carry it as a hole meanwhile; after 10 s it is given up, and what it tells is told to nobody.
 */
export async function recordMessages(
  client: Pick<pg.ClientBase, 'query'>,
  replica: string,
  messages: readonly CommitMessage[],
): Promise<number> {
  const { rows } = await client.query<{ seq: string }>({
    name: 'record messages',
    text: 'INSERT INTO commits (replica, messages) VALUES ($1, $2) RETURNING seq',
    values: [replica, JSON.stringify(messages)],
  });
  return Number(rows[0]?.seq);
}

interface CommitRow {
  seq: string;
  at: number;
  replica: string;
  actions: Buffer | null;
  events: Buffer | null;
  messages: CommitMessage[] | null;
}

/** Whatever runs a question: a pool, or one connection. */
export type Queryable = Pick<pg.Pool, 'query'> | Pick<pg.ClientBase, 'query'>;

/** What a reader has not seen, by number, at most 1,000 of what is newer. */
export async function readCommitsAfter(from: Queryable, frontier: CommitFrontier): Promise<CommitEntry[]> {
  const { rows } = await from.query<CommitRow>({
    name: 'commits after',
    // Two questions, so that neither is answered by a walk through all numbers.
    text: `
      SELECT seq, extract(epoch FROM at)::float8 * 1000 AS at, replica, actions, events, messages
      FROM (
        (SELECT * FROM commits WHERE seq > $1 ORDER BY seq LIMIT $3)
        UNION ALL
        (SELECT * FROM commits WHERE seq = ANY ($2::bigint[]))
      ) AS unseen
      ORDER BY seq`,
    values: [frontier.newest, frontier.holes, AT_ONCE],
  });
  return rows.map(({ seq, actions, events, messages, ...rest }) => ({
    ...rest,
    seq: Number(seq),
    actions: readIds(actions),
    events: readIds(events),
    messages: messages ?? [],
  }));
}

/** What is known of a commit without reading its ids. */
export interface CommitSize {
  seq: number;
  /** Actions, events and messages together. */
  count: number;
  /** Seconds since it was written. */
  age: number;
}

/** The sizes of the commits above a number, by number; with 100 flushes a second some 60,000 in ten minutes, which take 50 ms. */
export async function readCommitSizes(from: Queryable, above: number): Promise<CommitSize[]> {
  const { rows } = await from.query<{ seq: string; count: number; age: number }>({
    name: 'commit sizes',
    text: `
      SELECT seq,
             coalesce(length(actions) / 16, 0) + coalesce(length(events) / 16, 0)
               + coalesce(json_array_length(messages), 0) AS count,
             extract(epoch FROM clock_timestamp() - at)::float8 AS age
      FROM commits
      WHERE seq > $1
      ORDER BY seq`,
    values: [above],
  });
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
}

/** The least number that is still there, and the last that was given out; 0 for none. */
export async function readCommitBounds(from: Queryable): Promise<{ first: number; last: number }> {
  const { rows } = await from.query<{ first: string | null; last: string }>({
    name: 'commit bounds',
    text: `
      SELECT (SELECT min(seq) FROM commits) AS first, CASE WHEN is_called THEN last_value ELSE 0 END AS last
      FROM commits_seq_seq`,
  });
  return { first: Number(rows[0]?.first ?? 0), last: Number(rows[0]?.last ?? 0) };
}

/**
 * Forgets the commits that are older than ten minutes: up to the first that is not, by the primary key, so that it reads what it deletes
 * and no more. Returns how many.
 */
export async function forgetCommits(pool: pg.Pool): Promise<number> {
  const { rowCount } = await pool.query(`
    DELETE FROM commits
    WHERE seq < coalesce(
      (SELECT seq FROM commits WHERE at >= clock_timestamp() - interval '10 minutes' ORDER BY seq LIMIT 1),
      9223372036854775807)`);
  return rowCount ?? 0;
}
