import type pg from 'pg';
import type { PartitionedTable } from '../../store/partitions.js';
import { query } from '../../store/query.js';

/** How long (ms) what was read is believed. It only says where days end to have partitions of their own, so a late word costs time, not rows. */
const BELIEVED_FOR = 60_000;

interface Known {
  until: number;
  oldest: Promise<number>;
}
const known = new WeakMap<pg.Pool, Map<PartitionedTable, Known>>();

/** The start (Unix ms) of the oldest day that has a partition of this table; infinity when none has. */
export function oldestPartitionDay(pool: pg.Pool, table: PartitionedTable, now: number): Promise<number> {
  const tables = known.get(pool) ?? new Map<PartitionedTable, Known>();
  known.set(pool, tables);
  const held = tables.get(table);
  if (held && now < held.until && now >= held.until - BELIEVED_FOR) return held.oldest;
  const oldest = read(pool, table);
  tables.set(table, { until: now + BELIEVED_FOR, oldest });
  // An answer that did not come is not believed.
  oldest.catch(() => tables.delete(table));
  return oldest;
}

async function read(pool: pg.Pool, table: PartitionedTable): Promise<number> {
  const [row] = await query<{ day: string | null }>(pool, {
    name: 'oldest partition',
    text: `
      SELECT min(substring(inhrelid::regclass::text FROM '_p(\\d{8})$')) AS day
      FROM pg_inherits
      WHERE inhparent = $1::regclass`,
    values: [table],
  });
  const day = row?.day;
  if (!day) return Number.POSITIVE_INFINITY;
  return Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`);
}
