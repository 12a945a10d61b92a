import type { FastifyReply, FastifyRequest } from 'fastify';
import { REFRESH_TOKEN_SECONDS } from './refresh-tokens.js';

const NAME = 'fe_refresh';
/** Sent to the routes that need it and to no other. */
const PATH = '/api/auth';

export const readRefreshCookie = (request: FastifyRequest): string | undefined => request.cookies[NAME];

/** No script reads it, no other site sends it; Secure where the browser came by https (behind a proxy: if TRUSTED_PROXIES names it). */
export function setRefreshCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  reply.setCookie(NAME, token, {
    path: PATH,
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
    maxAge: REFRESH_TOKEN_SECONDS,
  });
}

export function clearRefreshCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.clearCookie(NAME, {
    path: PATH,
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
  });
}
