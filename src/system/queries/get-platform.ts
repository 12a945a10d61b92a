import type pg from 'pg';
import { DAYS_AHEAD, partitionedTables, partitionOf } from '../../store/partitions.js';
import type { PlatformFacts } from '../facts.js';

const DAY = 86_400_000;
/** Days after today whose partitions must be there. */
export const DAYS_NEEDED = 3;

/** What the database tells about the whole. `now` (Unix ms) says which days are next. */
export async function getPlatform(client: pg.Pool | pg.ClientBase, now: number): Promise<PlatformFacts> {
  const ahead = Array.from({ length: DAYS_AHEAD + 1 }, (_, day) => day).flatMap((day) =>
    partitionedTables.map((table) => ({ day, name: partitionOf(table, now + day * DAY).name })),
  );
  const { rows } = await client.query<Row>({
    name: 'system platform',
    text: `
      WITH children AS (
        SELECT child.relname::text AS name
        FROM pg_inherits
        JOIN pg_class AS child ON child.oid = inhrelid
        WHERE inhparent = ANY ($1::text[]::regclass[])
      )
      SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
             ARRAY(SELECT name FROM unnest($2::text[]) AS wanted (name) WHERE name NOT IN (SELECT name FROM children)) AS missing,
             (SELECT min(substring(name FROM '_p(\\d{8})$')) FROM children) AS oldest,
             (SELECT count(*)::int FROM (SELECT FROM action_logs_default LIMIT 1000) AS kept)
             + (SELECT count(*)::int FROM (SELECT FROM business_events_default LIMIT 1000) AS kept)
             + (SELECT count(*)::int FROM (SELECT FROM service_metrics_default LIMIT 1000) AS kept) AS rows_in_default,
             (SELECT count(*)::int FROM rollup_deltas) AS deltas,
             (SELECT extract(epoch FROM clock_timestamp() - min(created_at))::float8 FROM rollup_deltas) AS age`,
    values: [[...partitionedTables], ahead.map(({ name }) => name)],
  });
  const row = rows[0] as Row;
  const missing = new Set(row.missing);
  const firstGap = ahead.find(({ name, day }) => day > 0 && missing.has(name))?.day ?? DAYS_AHEAD + 1;
  return {
    version: row.version,
    partitions_missing: ahead
      .filter(({ name, day }) => day <= DAYS_NEEDED && missing.has(name))
      .map(({ name }) => name),
    days_ahead: firstGap - 1,
    oldest_day: row.oldest?.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3') ?? null,
    rows_in_default: row.rows_in_default,
    rollup_deltas_waiting: row.deltas,
    rollup_age_seconds: row.age,
  };
}

interface Row {
  version: string;
  missing: string[];
  /** YYYYMMDD */
  oldest: string | null;
  rows_in_default: number;
  deltas: number;
  age: number | null;
}
