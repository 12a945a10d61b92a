import type pg from 'pg';

export interface DiskPart {
  part: string;
  bytes: number;
}

export interface MeasuredDisk {
  actions: number;
  parts: DiskPart[];
  /** Average bytes of an action's JSON: as a line of the API's NDJSON, and as the client sent it. */
  listed: number;
  sent: number;
  /** Bytes of one day's indexes if rows had come one by one ÷ as attaching built them. */
  grown: DiskPart[];
}

/** What the actions take on disk, part by part. Business events and orders are not actions, and are shown apart. */
export async function measureDisk(client: pg.Client): Promise<MeasuredDisk> {
  const { rows: counts } = await client.query<{ actions: number }>(
    'SELECT count(*)::int AS actions FROM action_logs',
  );
  const { rows: parts } = await client.query<DiskPart>(`
    WITH children AS (
      SELECT parent.relname AS parent, child.oid, child.reltoastrelid
      FROM pg_inherits JOIN pg_class AS parent ON parent.oid = inhparent JOIN pg_class AS child ON child.oid = inhrelid
      WHERE parent.relname IN ('action_logs', 'service_metrics', 'business_events') AND child.relkind = 'r'),
    indexes AS (
      SELECT children.parent, pg_get_indexdef(indexrelid) AS definition, pg_relation_size(indexrelid) AS bytes
      FROM children JOIN pg_index ON indrelid = children.oid),
    parts AS (
      SELECT parent || ' heap' AS part, sum(pg_table_size(oid) - coalesce(pg_total_relation_size(nullif(reltoastrelid, 0)), 0)) AS bytes
      FROM children GROUP BY parent
      UNION ALL
      SELECT parent || ' toast', sum(coalesce(pg_total_relation_size(nullif(reltoastrelid, 0)), 0)) FROM children GROUP BY parent
      UNION ALL
      SELECT parent || ' index ' || regexp_replace(definition, '.* USING btree ', ''), sum(bytes) FROM indexes GROUP BY 1
      UNION ALL
      SELECT relname || ' with indexes', pg_total_relation_size(oid)
      FROM pg_class
      WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        AND (relname LIKE '%rollup%' OR relname IN ('user_days', 'method_days', 'error_kinds', 'orders', 'order_paths')))
    SELECT part, bytes::float8 AS bytes FROM parts ORDER BY part`);
  return {
    actions: counts[0]?.actions ?? 0,
    parts,
    ...(await bytesOfJson(client)),
    grown: await grownIndexes(client),
  };
}

/** Of one row in a hundred. Sent was what the server did not add, and an action_type only where it was not the method's name. */
async function bytesOfJson(client: pg.Client): Promise<{ listed: number; sent: number }> {
  let rows = 0;
  let listed = 0;
  let sent = 0;
  await client.query('BEGIN');
  await client.query(
    'DECLARE sample NO SCROLL CURSOR FOR SELECT *, host(ip_address) AS ip_address FROM action_logs TABLESAMPLE BERNOULLI (1) REPEATABLE (1)',
  );
  for (;;) {
    const page = await client.query<Record<string, unknown>>('FETCH 5000 FROM sample');
    if (page.rows.length === 0) break;
    for (const row of page.rows) {
      rows += 1;
      // As the API names and orders them, dates as ISO 8601 with milliseconds.
      listed += Buffer.byteLength(JSON.stringify(row)) + 1;
      const { timestamp: _t, received_at: _r, ip_address: _ip, identity: _identity, ...fields } = row;
      if (fields.action_type === fields.method_name) delete fields.action_type;
      const set = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
      sent += Buffer.byteLength(JSON.stringify(set));
    }
  }
  await client.query('COMMIT');
  return { listed: listed / rows, sent: sent / rows };
}

/**
 * Loading builds indexes at once, which packs them; rows that come one by one leave pages that were split. So a day is written again, into a table
 * that has its indexes already, and measured against the day as it was loaded. (0.5 s for each 100,000 rows.)
 */
async function grownIndexes(client: pg.Client): Promise<DiskPart[]> {
  const { rows: days } = await client.query<{ name: string }>(`
    SELECT relname AS name FROM pg_inherits JOIN pg_class ON oid = inhrelid
    WHERE inhparent = 'action_logs'::regclass ORDER BY pg_relation_size(oid) DESC LIMIT 1`);
  const name = days[0]?.name ?? '';
  const sizes = async (table: string) =>
    (
      await client.query<DiskPart>(
        `SELECT regexp_replace(pg_get_indexdef(indexrelid), '.* USING btree ', '') AS part, pg_relation_size(indexrelid)::float8 AS bytes
         FROM pg_index WHERE indrelid = $1::regclass ORDER BY part`,
        [table],
      )
    ).rows;
  await client.query(`CREATE TABLE bench_grown (LIKE ${name} INCLUDING ALL)`);
  try {
    await client.query(`INSERT INTO bench_grown SELECT * FROM ${name} ORDER BY id`);
    const packed = new Map((await sizes(name)).map(({ part, bytes }) => [part, bytes]));
    return (await sizes('bench_grown')).map(({ part, bytes }) => ({
      part,
      bytes: bytes / (packed.get(part) ?? Number.NaN),
    }));
  } finally {
    await client.query('DROP TABLE bench_grown');
  }
}
