import type { PrismaClient } from '../generated/prisma/client.js';
import { LookupCache } from './lookup-cache.js';

/** What each request of a person needs to know of the account. */
export interface AccountState {
  role: string;
  status: string;
  /** Unix ms. */
  password_at: number;
}

/** 10,000 people at once in 3 s, at about 200 bytes. */
const REMEMBERED = 10_000;

export const createAccountStates = (prisma: PrismaClient, clock: () => number): LookupCache<AccountState> =>
  new LookupCache({
    max: REMEMBERED,
    clock,
    async find(id) {
      const select = { role: true, status: true, password_changed_at: true } as const;
      const account = await prisma.account.findUnique({ where: { id }, select });
      if (!account) return null;
      return {
        role: account.role,
        status: account.status,
        password_at: account.password_changed_at.getTime(),
      };
    },
  });
