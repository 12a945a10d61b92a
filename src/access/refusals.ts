import { Problem } from '../http/problem.js';

/**
 * The 401 of a credential that is there and no good (RFC 6750, section 3). Why it is no good stays here: expired, forged and revoked look the
 * same, so that nobody can try out which it was.
 */
export const badCredential = (cause?: unknown): Problem =>
  new Problem('unauthenticated', 'The credential is not valid, or no longer.', {
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    cause,
  });

/** The 401 of a request without a credential, where one is needed. */
export const noCredential = (): Problem =>
  new Problem('unauthenticated', 'This needs a credential: Authorization: Bearer, or X-API-Key.', {
    headers: { 'www-authenticate': 'Bearer' },
  });

export const forbidden = (detail = 'This caller may not do that.'): Problem =>
  new Problem('forbidden', detail);

/** The 503 of a platform issuer whose keys cannot be had: its tokens are neither good nor bad. */
export const issuerUnavailable = (retryAfterSeconds: number, cause: unknown): Problem =>
  new Problem('issuer-unavailable', 'The keys of the token issuer cannot be fetched. Try again shortly.', {
    headers: { 'retry-after': String(retryAfterSeconds) },
    cause,
  });
