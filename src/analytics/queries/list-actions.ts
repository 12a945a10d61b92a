import type { StoredAction } from '../../contract/action.js';
import { Prisma, type PrismaClient } from '../../generated/prisma/client.js';
import { lowestUuidAt } from '../../store/uuid-v7.js';

/** All hold together; undefined does not filter. Times are Unix ms. */
export interface ActionFilter {
  user_id?: string | undefined;
  user_type?: string | undefined;
  service_name?: string | undefined;
  method_name?: string | undefined;
  action_type?: string | undefined;
  session_id?: string | undefined;
  success?: boolean | undefined;
  /** Inclusive. */
  from?: number | undefined;
  /** Exclusive. */
  to?: number | undefined;
  /** Only what is older than this id. */
  before?: string | undefined;
}

type ActionRow = Omit<StoredAction, 'timestamp' | 'received_at'> & { timestamp: Date; received_at: Date };

/** Columns that a filter compares for equality: constants of ours, so their names may stand in SQL. */
const equalities = [
  'user_id',
  'user_type',
  'service_name',
  'method_name',
  'action_type',
  'session_id',
  'success',
] as const;

/** Actions by filter, newest first: the primary key read backwards, or one person's index. */
export async function listActions(
  prisma: PrismaClient,
  filter: ActionFilter,
  limit: number,
): Promise<StoredAction[]> {
  const conditions = equalities
    .filter((column) => filter[column] !== undefined)
    .map((column) => Prisma.sql`${Prisma.raw(column)} = ${filter[column]}`);
  if (filter.from !== undefined) conditions.push(Prisma.sql`id >= ${lowestUuidAt(filter.from)}::uuid`);
  if (filter.to !== undefined) conditions.push(Prisma.sql`id < ${lowestUuidAt(filter.to)}::uuid`);
  if (filter.before !== undefined) conditions.push(Prisma.sql`id < ${filter.before}::uuid`);
  const where = conditions.length > 0 ? Prisma.sql`WHERE ${Prisma.join(conditions, ' AND ')}` : Prisma.empty;
  const rows = await prisma.$queryRaw<ActionRow[]>`
    SELECT id, user_id, user_type, action_type, service_name, method_name, parameters, response_data, session_id, success,
           error_message, execution_time, platform, app_version, trace_id, timestamp, received_at,
           host(ip_address) AS ip_address, identity
    FROM action_logs
    ${where}
    ORDER BY id DESC
    LIMIT ${limit}`;
  return rows.map((row) => ({
    ...row,
    timestamp: row.timestamp.toISOString(),
    received_at: row.received_at.toISOString(),
  }));
}
