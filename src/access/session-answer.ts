import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from '../contract/auth.js';
import { roleSchema } from '../contract/common.js';
import { ACCESS_TOKEN_SECONDS, type AccessTokens } from './access-tokens.js';
import { setRefreshCookie } from './refresh-cookie.js';

/** The columns of an account that a session is made from. */
export interface SessionAccount {
  id: string;
  email: string;
  role: string;
  password_changed_at: Date;
}

/** A new access token for an account, as the wire has it. */
export function accessOf(tokens: AccessTokens, account: SessionAccount, sessionId: string): Session {
  const { id, email } = account;
  const role = roleSchema.parse(account.role);
  const subject = { id, role, password_at: account.password_changed_at.getTime() };
  return {
    access_token: tokens.sign(subject, sessionId),
    token_type: 'Bearer',
    expires_in: ACCESS_TOKEN_SECONDS,
    account: { id, email, role },
  };
}

/** The answer to login and refresh; the refresh token in the body, or for a browser in the cookie. */
export function answerSession(
  request: FastifyRequest,
  reply: FastifyReply,
  tokens: AccessTokens,
  session: { account: SessionAccount; family_id: string; refresh_token: string },
  inCookie: boolean,
): Session {
  // RFC 6749, section 5.1: tokens are in no cache.
  reply.header('cache-control', 'no-store');
  const granted = accessOf(tokens, session.account, session.family_id);
  if (!inCookie) return { ...granted, refresh_token: session.refresh_token };
  setRefreshCookie(request, reply, session.refresh_token);
  return granted;
}
