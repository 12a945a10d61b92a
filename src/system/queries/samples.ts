import type pg from 'pg';
import type { Measures } from '../facts.js';
import { GONE_AFTER_S } from '../facts.js';
import { knownMeasures } from '../known-measures.js';

/** In place of a replica's id: about the whole service. */
export const WHOLE = '00000000-0000-0000-0000-000000000000';
/** How long samples are kept, in days: a rule is tried on a week, and the day that is not over. */
export const SAMPLE_DAYS = 8;

/** Writes this minute's sample of every replica that is there and of the whole; whoever comes first in a minute does it. Returns how many. */
export async function insertSamples(pool: pg.Pool, whole: Measures): Promise<number> {
  const { rowCount } = await pool.query({
    name: 'system samples',
    text: `
      INSERT INTO system_samples (at, replica, measures)
      SELECT date_trunc('minute', now()), id, measures
      FROM (
        SELECT id, measures FROM replicas WHERE seen_at > now() - $3 * interval '1 second'
        UNION ALL
        SELECT $1::uuid, $2::json
      ) AS sampled (id, measures)
      ORDER BY id
      ON CONFLICT DO NOTHING`,
    values: [WHOLE, JSON.stringify(whole), GONE_AFTER_S],
  });
  return rowCount ?? 0;
}

/** Deletes samples that are too old. Returns how many. */
export async function deleteOldSamples(pool: pg.Pool): Promise<number> {
  const { rowCount } = await pool.query(
    `DELETE FROM system_samples WHERE at < now() - $1 * interval '1 day'`,
    [SAMPLE_DAYS],
  );
  return rowCount ?? 0;
}

export interface StoredSample {
  /** The start of the minute, Unix ms. */
  at: number;
  replica: string;
  measures: Measures;
}

/** Samples of [from, to), Unix ms, oldest first. */
export async function getSamples(
  client: pg.Pool | pg.ClientBase,
  from: number,
  to: number,
): Promise<StoredSample[]> {
  const { rows } = await client.query<StoredSample>({
    name: 'system samples during',
    text: `
      SELECT extract(epoch FROM at)::float8 * 1000 AS at, replica, measures
      FROM system_samples
      WHERE at >= to_timestamp($1::float8 / 1000) AND at < to_timestamp($2::float8 / 1000)
      ORDER BY at, replica`,
    values: [from, to],
  });
  return rows.map((row) => ({ ...row, measures: knownMeasures(row.measures) }));
}
