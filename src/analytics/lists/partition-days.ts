import type pg from 'pg';
import type { PartitionedTable } from '../../store/partitions.js';
import { query } from '../../store/query.js';
import { lowestUuidAt } from '../../store/uuid-v7.js';
import { DAY, dayOf } from './id-range.js';

/** Between which days (their start, Unix ms) a table has anything that is worth planning for. */
export interface KnownDays {
  /** The oldest that has a partition; infinity when none has. */
  oldest: number;
  /** From here on there is nothing: two days from today, when it was looked. Undefined where something is, which only a wrong clock can have brought. */
  end: number | undefined;
}

/** How long (ms) what was read is believed. Rows of the next five minutes, which is what the API takes, are well below the end all the while. */
const BELIEVED_FOR = 60_000;

interface Read {
  until: number;
  days: Promise<KnownDays>;
}
const known = new WeakMap<pg.Pool, Map<PartitionedTable, Read>>();

/** The days of a table. Partitions are made a week ahead, and each that a statement may not leave out costs it 0.2 ms. */
export function knownDays(pool: pg.Pool, table: PartitionedTable, now: number): Promise<KnownDays> {
  const tables = known.get(pool) ?? new Map<PartitionedTable, Read>();
  known.set(pool, tables);
  const held = tables.get(table);
  if (held && now < held.until && now >= held.until - BELIEVED_FOR) return held.days;
  const days = read(pool, table, now);
  tables.set(table, { until: now + BELIEVED_FOR, days });
  // An answer that did not come is not believed.
  days.catch(() => tables.delete(table));
  return days;
}

async function read(pool: pg.Pool, table: PartitionedTable, now: number): Promise<KnownDays> {
  const end = dayOf(now) + 2 * DAY;
  const [row] = await query<{ oldest: string | null; beyond: boolean }>(pool, {
    name: `days of ${table}`,
    text: `
      SELECT min(substring(inhrelid::regclass::text FROM '_p(\\d{8})$')) AS oldest,
             EXISTS (SELECT FROM ${table} WHERE id >= $1) AS beyond
      FROM pg_inherits
      WHERE inhparent = '${table}'::regclass`,
    values: [lowestUuidAt(end)],
  });
  const day = row?.oldest;
  return {
    oldest: day
      ? Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`)
      : Number.POSITIVE_INFINITY,
    end: row?.beyond ? undefined : end,
  };
}
