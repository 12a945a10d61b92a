import { randomBytes } from 'node:crypto';
import { SettingsError } from '../config.js';
import { normaliseEmail } from '../contract/account.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import { newUuidV7 } from '../store/new-uuid-v7.js';
import { lockAdmins } from './admin-lock.js';
import { hashPassword } from './passwords.js';

/** Below this even a password that ops chose is refused. */
export const LEAST_ADMIN_PASSWORD = 8;

/** `password` is there only when it was made up: show it once, and never log it. */
export type FirstAdmin = { created: false } | { created: true; email: string; password?: string };

/** 96 random bits in 16 characters that can be typed. */
export const makeUpPassword = (): string => randomBytes(12).toString('base64url');

/**
 * Makes the first admin when there is none; of several replicas that start at once, one does. Throws {@link SettingsError} for a password below 8
 * characters, or an address that belongs to an account of another role.
 */
export async function ensureFirstAdmin(
  prisma: PrismaClient,
  settings: { email: string; password?: string | undefined },
  now: number = Date.now(),
): Promise<FirstAdmin> {
  if ((await prisma.account.count({ where: { role: 'admin' } })) > 0) return { created: false };
  const email = normaliseEmail(settings.email);
  const password = settings.password ?? makeUpPassword();
  if (password.length < LEAST_ADMIN_PASSWORD) {
    throw new SettingsError(`ADMIN_PASSWORD must have at least ${LEAST_ADMIN_PASSWORD} characters.`);
  }
  // Hashed before the lock is taken, which others wait for.
  const password_hash = await hashPassword(password);
  const created = await prisma.$transaction(async (tx) => {
    await lockAdmins(tx);
    if ((await tx.account.count({ where: { role: 'admin' } })) > 0) return false;
    if ((await tx.account.count({ where: { email } })) > 0) {
      throw new SettingsError('ADMIN_EMAIL belongs to an account that is no admin: choose another address.');
    }
    await tx.account.create({ data: { id: newUuidV7(now), email, password_hash, role: 'admin' } });
    return true;
  });
  if (!created) return { created: false };
  return { created, email, ...(settings.password === undefined ? { password } : {}) };
}
