import type { AccountView } from '../contract/account.js';
import { accountStatuses } from '../contract/account.js';
import { type Role, roleSchema } from '../contract/common.js';
import { type Account, Prisma, type PrismaClient } from '../generated/prisma/client.js';
import { Problem } from '../http/problem.js';
import { newUuidV7 } from '../store/new-uuid-v7.js';

export interface NewAccount {
  /** Trimmed and lower-cased. */
  email: string;
  password_hash: string;
  role: Role;
}

/** Prisma's code for a unique key that is taken. */
const UNIQUE_VIOLATION = 'P2002';

/** Ids are UUIDv7, so that lists go by id and read newest first. Throws the 409 Problem for an address that is taken. */
export async function createAccount(
  prisma: PrismaClient,
  account: NewAccount,
  now: number,
): Promise<AccountView> {
  try {
    return toView(
      await prisma.account.create({
        data: { id: newUuidV7(now), ...account, password_changed_at: new Date(now) },
      }),
    );
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === UNIQUE_VIOLATION) {
      throw new Problem('conflict', 'An account with this e-mail address exists.');
    }
    throw error;
  }
}

export interface AccountFilter {
  limit: number;
  cursor?: string | undefined;
  role?: string | undefined;
  status?: string | undefined;
  email?: string | undefined;
}

/** A page of accounts, newest first. */
export async function listAccounts(
  prisma: PrismaClient,
  { limit, cursor, role, status, email }: AccountFilter,
) {
  const rows = await prisma.account.findMany({
    where: {
      ...(cursor === undefined ? {} : { id: { lt: cursor } }),
      ...(role === undefined ? {} : { role }),
      ...(status === undefined ? {} : { status }),
      ...(email === undefined ? {} : { email }),
    },
    orderBy: { id: 'desc' },
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  return { accounts: page.map(toView), next_cursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}

/** The wire's shape of a row. */
export function toView(account: Account): AccountView {
  return {
    id: account.id,
    email: account.email,
    role: roleSchema.parse(account.role),
    status: account.status === 'active' ? accountStatuses[0] : accountStatuses[1],
    created_at: account.created_at.toISOString(),
    updated_at: account.updated_at.toISOString(),
    last_login_at: account.last_login_at?.toISOString() ?? null,
  };
}
