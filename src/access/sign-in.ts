import { hash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { normaliseEmail } from '../contract/account.js';
import type { Account } from '../generated/prisma/client.js';
import { Problem } from '../http/problem.js';

/** One answer for an unknown address, a wrong password and a suspended account. */
const refusal = (): Problem =>
  new Problem('unauthenticated', 'E-mail address or password is wrong.', {
    headers: { 'www-authenticate': 'Bearer' },
  });

/**
 * The account that an address and a password open. Throws 401, the same and after the same work whatever was wrong, or 429 when the
 * address has failed too often, which is counted for unknown addresses alike.
 */
export async function signIn(
  app: FastifyInstance,
  { email, password }: { email: string; password: string },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Account> {
  const { credentials, database, rateLimiters } = app;
  const address = normaliseEmail(email);
  // Redis need not know people's addresses.
  const limitKey = hash('sha256', address, 'base64url');
  const account = await database.reader.account.findUnique({ where: { email: address } });
  const usable = account?.status === 'active' ? account : undefined;
  const fits = await credentials.passwords.verify(usable?.password_hash, password, {
    before: () => rateLimiters.loginAccount.check(request, reply, limitKey),
    failed: () => rateLimiters.loginAccount.record(request, limitKey),
  });
  if (fits && usable) return usable;
  throw refusal();
}
