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
 * The account that an address and a password open. Throws 401, the same and after the same work whatever was wrong, or 429 when
 * the address has failed too often: counted for unknown addresses alike, looked at again when it is this attempt's turn (two at a
 * time), so that a burst cannot slip through between look and count.
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
  await rateLimiters.loginAccount.check(request, reply, limitKey);
  const account = await database.reader.account.findUnique({ where: { email: address } });
  const fits = await credentials.passwords.verify(account?.password_hash, password, () =>
    rateLimiters.loginAccount.check(request, reply, limitKey),
  );
  if (fits && account?.status === 'active') return account;
  await rateLimiters.loginAccount.record(request, limitKey);
  throw refusal();
}
