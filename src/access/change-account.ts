import type { AccountView } from '../contract/account.js';
import type { Role } from '../contract/common.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import { Problem } from '../http/problem.js';
import { toView } from './accounts.js';
import { lockAdmins } from './admin-lock.js';

export interface AccountChange {
  role?: Role | undefined;
  status?: 'active' | 'suspended' | undefined;
}

/**
 * Changes role or status. A suspended account's refresh tokens are revoked with it; its access tokens end within 5 s by the look-up of each
 * request. Throws Problems: 404, and 409 for the last active admin, whom nobody could bring back.
 */
export async function changeAccount(
  prisma: PrismaClient,
  id: string,
  { role, status }: AccountChange,
  now: number,
): Promise<AccountView> {
  return prisma.$transaction(async (tx) => {
    await lockAdmins(tx);
    const account = await tx.account.findUnique({ where: { id } });
    if (!account) throw new Problem('not-found', 'There is no such account.');
    const after = { role: role ?? account.role, status: status ?? account.status };
    const isAdmin = (state: { role: string; status: string }) =>
      state.role === 'admin' && state.status === 'active';
    if (isAdmin(account) && !isAdmin(after)) {
      const others = await tx.account.count({ where: { role: 'admin', status: 'active', id: { not: id } } });
      if (others === 0) throw new Problem('conflict', 'This is the last active admin.');
    }
    if (after.status === 'suspended') {
      const revoked_at = new Date(now);
      await tx.refreshToken.updateMany({ where: { account_id: id, revoked_at: null }, data: { revoked_at } });
    }
    return toView(await tx.account.update({ where: { id }, data: after }));
  });
}
