import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { changePasswordSchema } from '../contract/auth.js';
import type { Account } from '../generated/prisma/client.js';
import { readCredential } from './credential.js';
import { badCredential, forbidden } from './refusals.js';

/**
 * Changes the caller's password and revokes all of its sessions but the one that asks. Throws 403 for a wrong current password or a
 * person of the platform's own issuer, 429 after as many failures as a login has.
 */
export async function changePassword(
  app: FastifyInstance,
  request: FastifyRequest<{ Body: z.infer<typeof changePasswordSchema> }>,
  reply: FastifyReply,
): Promise<{ account: Account; session_id: string }> {
  const { caller, body } = request;
  const { credentials, rateLimiters, clock } = app;
  const prisma = app.database.reader;
  const credential = readCredential(request.headers);
  const verified = credential.kind === 'token' ? credentials.tokens.verify(credential.token) : undefined;
  if (caller.kind !== 'person' || caller.issuer !== 'self' || !verified) {
    throw forbidden('This account has no password here: change it where you sign in.');
  }
  const id = caller.user_id;
  const account = await prisma.account.findUnique({ where: { id } });
  if (!account) throw badCredential();

  // A stolen access token must not be a way to try passwords.
  const fits = await credentials.passwords.verify(account.password_hash, body.current_password, {
    before: () => rateLimiters.loginAccount.check(request, reply, id),
    failed: () => rateLimiters.loginAccount.record(request, id),
  });
  if (!fits) throw forbidden('The current password is wrong.');
  const password_hash = await credentials.passwords.hash(body.new_password);
  const now = new Date(clock());
  const [changed] = await prisma.$transaction([
    prisma.account.update({ where: { id }, data: { password_hash, password_changed_at: now } }),
    prisma.refreshToken.updateMany({
      where: { account_id: id, revoked_at: null, family_id: { not: verified.session_id } },
      data: { revoked_at: now },
    }),
  ]);
  credentials.accounts.forget(id);
  return { account: changed, session_id: verified.session_id };
}
