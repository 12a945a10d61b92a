import type { Prisma } from '../generated/prisma/client.js';

/** Any number that nothing else in this database locks. */
const ADMIN_LOCK = 4_107_201_866;

/**
 * Until the transaction ends, nobody else makes the first admin or takes the last one away: two admins who suspend each other at once would
 * leave none.
 */
export async function lockAdmins(tx: Prisma.TransactionClient): Promise<void> {
  // void is a type that the adapter cannot read back, hence the cast.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${ADMIN_LOCK}::bigint)`;
}
