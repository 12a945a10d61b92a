import type { PrismaClient } from '../generated/prisma/client.js';
import { newUuidV7 } from '../store/new-uuid-v7.js';
import { hashSecret, randomSecret } from './random-secret.js';

/** Seconds a refresh token lives from its own issue: a session ends after 30 days without use. */
export const REFRESH_TOKEN_SECONDS = 30 * 86_400;

/** The account a rotation was made for. */
export interface RotatedAccount {
  id: string;
  email: string;
  role: string;
  password_changed_at: Date;
  family_id: string;
}

export type Rotation =
  | { outcome: 'rotated'; refresh_token: string; account: RotatedAccount }
  /** Unknown, expired, revoked, or its account is suspended. */
  | { outcome: 'refused' }
  /** It had been used before: the whole family is revoked now. */
  | { outcome: 'reused'; account_id: string; family_id: string };

const expiry = (now: number): Date => new Date(now + REFRESH_TOKEN_SECONDS * 1_000);

/** Starts a family. The account's expired tokens go with it: a table that only grows is nobody's plan. */
export async function issueRefreshToken(
  prisma: PrismaClient,
  account_id: string,
  now: number,
): Promise<{ refresh_token: string; family_id: string }> {
  const refresh_token = randomSecret('fer_');
  const id = newUuidV7(now);
  const family_id = newUuidV7(now);
  const data = {
    id,
    family_id,
    account_id,
    token_hash: hashSecret(refresh_token),
    created_at: new Date(now),
  };
  await prisma.$transaction([
    prisma.refreshToken.deleteMany({ where: { account_id, expires_at: { lt: new Date(now) } } }),
    prisma.refreshToken.create({ data: { ...data, expires_at: expiry(now) } }),
    prisma.account.update({ where: { id: account_id }, data: { last_login_at: new Date(now) } }),
  ]);
  return { refresh_token, family_id };
}

/**
 * Trades a refresh token for the next of its family. One statement marks it used and writes its successor, so of two that come at once one
 * wins, and a crash leaves both or neither. A token used before is a theft (or a client that lost an answer; there is no grace, since
 * a thief would have it too): its family is revoked.
 */
export async function rotateRefreshToken(
  prisma: PrismaClient,
  token: string,
  now: number,
): Promise<Rotation> {
  const refresh_token = randomSecret('fer_');
  const hash = hashSecret(token);
  const at = new Date(now);
  // A family is revoked when any of its links is: a successor that a concurrent rotation wrote during the revocation is void as well.
  const [account] = await prisma.$queryRaw<RotatedAccount[]>`
    WITH used AS (
      UPDATE refresh_tokens AS t
         SET used_at = ${at}
        FROM accounts AS a
       WHERE t.token_hash = ${hash}
         AND t.used_at IS NULL
         AND t.expires_at > ${at}
         AND NOT EXISTS (
               SELECT FROM refresh_tokens AS link WHERE link.family_id = t.family_id AND link.revoked_at IS NOT NULL
             )
         AND a.id = t.account_id
         AND a.status = 'active'
      RETURNING t.family_id, a.id, a.email, a.role, a.password_changed_at
    ), successor AS (
      INSERT INTO refresh_tokens (id, family_id, account_id, token_hash, created_at, expires_at)
      SELECT ${newUuidV7(now)}::uuid, family_id, id, ${hashSecret(refresh_token)}, ${at}, ${expiry(now)} FROM used
    )
    SELECT id, email, role, password_changed_at, family_id FROM used
  `;
  if (account) return { outcome: 'rotated', refresh_token, account };

  const known = await prisma.refreshToken.findUnique({ where: { token_hash: hash } });
  if (!known?.used_at) return { outcome: 'refused' };
  await prisma.refreshToken.updateMany({
    where: { family_id: known.family_id, revoked_at: null },
    data: { revoked_at: at },
  });
  return { outcome: 'reused', account_id: known.account_id, family_id: known.family_id };
}

/** Ends the session that a token belongs to; unknown tokens end nothing. */
export async function revokeSession(prisma: PrismaClient, token: string, now: number): Promise<void> {
  const known = await prisma.refreshToken.findUnique({ where: { token_hash: hashSecret(token) } });
  if (!known) return;
  await prisma.refreshToken.updateMany({
    where: { family_id: known.family_id, revoked_at: null },
    data: { revoked_at: new Date(now) },
  });
}
