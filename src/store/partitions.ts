import type { PrismaClient } from '../generated/prisma/client.js';
import { lowestUuidAt } from './uuid-v7.js';

/** The tables that are cut by day of their UUIDv7 id. */
export const partitionedTables = ['action_logs', 'business_events', 'service_metrics'] as const;
export type PartitionedTable = (typeof partitionedTables)[number];

const DAY = 86_400_000;

/** How far back a late row may be (plus a day for the clock), and how far ahead partitions are made. */
export const DAYS_BACK = 8;
export const DAYS_AHEAD = 7;

export interface Partition {
  name: string;
  table: PartitionedTable;
  /** Bounds of the id: inclusive, exclusive. */
  from: string;
  to: string;
}

/** The partition of a UTC day, such as action_logs_p20261124. */
export function partitionOf(table: PartitionedTable, unixMs: number): Partition {
  const start = Math.floor(unixMs / DAY) * DAY;
  const day = new Date(start).toISOString().slice(0, 10).replaceAll('-', '');
  return { name: `${table}_p${day}`, table, from: lowestUuidAt(start), to: lowestUuidAt(start + DAY) };
}

/** Every partition that rows may fall into between `back` days ago and `ahead` days from now. */
export function wantedPartitions(now: number, back = DAYS_BACK, ahead = DAYS_AHEAD): Partition[] {
  const days = Array.from({ length: back + ahead + 1 }, (_, index) => now + (index - back) * DAY);
  return partitionedTables.flatMap((table) => days.map((day) => partitionOf(table, day)));
}

/**
 * Makes the partitions that are missing, and returns their names. Each is built beside its table, filled with the rows of its day that the
 * DEFAULT child caught (they would block the attach), and attached. ATTACH takes a lock that lets INSERTs into the other children go
 * on. Safe on several replicas: they take turns by an advisory lock, and all is one transaction (48 partitions on the first start).
 */
export async function ensurePartitions(prisma: PrismaClient, now: number): Promise<string[]> {
  if ((await missingPartitions(prisma, now)).length === 0) return [];
  return prisma.$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('foodieexpress-partitions'))`;
      const missing = await missingPartitions(tx, now);
      for (const partition of missing) await makePartition(tx, partition);
      return missing.map(({ name }) => name);
    },
    { timeout: 120_000, maxWait: 10_000 },
  );
}

type Queryable = Pick<PrismaClient, '$queryRaw' | '$executeRawUnsafe'>;

/** Partitions of the span around now that do not exist. */
export async function missingPartitions(
  prisma: Pick<Queryable, '$queryRaw'>,
  now: number,
): Promise<Partition[]> {
  const wanted = wantedPartitions(now);
  const present = await prisma.$queryRaw<{ name: string }[]>`
    SELECT name
    FROM unnest(${wanted.map(({ name }) => name)}::text[]) AS name
    WHERE to_regclass(name) IS NOT NULL`;
  const names = new Set(present.map((row) => row.name));
  return wanted.filter((partition) => !names.has(partition.name));
}

/** Names and bounds come from {@link partitionOf} alone (letters, digits, hex), so they may stand in DDL, which takes no parameters. */
async function makePartition(tx: Queryable, { name, table, from, to }: Partition): Promise<void> {
  await tx.$executeRawUnsafe(`CREATE TABLE ${name} (LIKE ${table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
  await tx.$executeRawUnsafe(
    `WITH moved AS (DELETE FROM ${table}_default WHERE id >= '${from}' AND id < '${to}' RETURNING *)
     INSERT INTO ${name} SELECT * FROM moved`,
  );
  await tx.$executeRawUnsafe(
    `ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${to}')`,
  );
}
