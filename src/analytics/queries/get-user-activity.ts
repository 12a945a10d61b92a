import type { PrismaClient } from '../../generated/prisma/client.js';
import { idRange, type Span } from '../span.js';

export interface UserActivity {
  total_actions: number;
  /** Distinct user_id, `anonymous` being one. */
  unique_users: number;
  /** A fraction of 1; null without actions. */
  success_rate: number | null;
}

/** How many actions by how many people, and which share succeeded. */
export async function getUserActivity(prisma: PrismaClient, span: Span): Promise<UserActivity> {
  const { lowest, above } = idRange(span);
  const [row] = await prisma.$queryRaw<UserActivity[]>`
    SELECT count(*)::int AS total_actions,
           count(DISTINCT user_id)::int AS unique_users,
           avg(success::int)::float8 AS success_rate
    FROM action_logs
    WHERE id >= ${lowest}::uuid AND id < ${above}::uuid`;
  return row ?? { total_actions: 0, unique_users: 0, success_rate: null };
}
