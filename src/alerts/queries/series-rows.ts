import type pg from 'pg';

/** What a detector has learned, as it is kept. */
export interface SeriesRow {
  group_key: string;
  /** Unix ms. */
  fed_to: number;
  detector: Buffer;
}

export async function getSeries(client: pg.ClientBase, rule_id: string): Promise<SeriesRow[]> {
  const { rows } = await client.query<SeriesRow>({
    name: 'alert series',
    text: `
      SELECT group_key, extract(epoch FROM fed_to)::float8 * 1000 AS fed_to, detector
        FROM alert_series
       WHERE rule_id = $1`,
    values: [rule_id],
  });
  return rows;
}

/** Keeps what one rule's detectors have learned. */
export async function writeSeries(
  client: pg.ClientBase,
  rule_id: string,
  rows: readonly SeriesRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await client.query({
    name: 'alert series kept',
    text: `
      INSERT INTO alert_series (rule_id, group_key, fed_to, detector)
      SELECT $1, group_key, to_timestamp(fed_to / 1000), detector
        FROM unnest($2::text[], $3::float8[], $4::bytea[]) AS row (group_key, fed_to, detector)
       ORDER BY group_key
          ON CONFLICT (rule_id, group_key) DO UPDATE SET fed_to = excluded.fed_to, detector = excluded.detector`,
    values: [
      rule_id,
      rows.map((row) => row.group_key),
      rows.map((row) => row.fed_to),
      rows.map((row) => row.detector),
    ],
  });
}
