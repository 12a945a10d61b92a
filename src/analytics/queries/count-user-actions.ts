import type { PrismaClient } from '../../generated/prisma/client.js';

/** How many actions of one person are stored. */
export async function countUserActions(prisma: PrismaClient, userId: string): Promise<number> {
  const [row] = await prisma.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count
    FROM action_logs
    WHERE user_id = ${userId}`;
  return row?.count ?? 0;
}
