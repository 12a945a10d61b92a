import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '../http/problem.js';
import { badCredential } from './refusals.js';

/** What a request brought to prove who it is, unproved. */
export type Credential = { kind: 'none' } | { kind: 'token'; token: string } | { kind: 'key'; key: string };

const none: Credential = { kind: 'none' };

/** Longer than any token in practice; the HTTP parser's own limit is 16 KiB for all headers. */
const LONGEST = 8_192;

/** Whether a request brought nothing to prove who it is. */
export const hasNoCredential = (headers: IncomingHttpHeaders): boolean =>
  headers.authorization === undefined && headers['x-api-key'] === undefined;

/**
 * Finds the credential in the headers. Throws 400 for two at once (which of them should count is a guess), 401 for an Authorization that is no
 * Bearer.
 */
export function readCredential(headers: IncomingHttpHeaders): Credential {
  const { authorization } = headers;
  const key = headers['x-api-key'];
  if (authorization === undefined && key === undefined) return none;
  if (authorization !== undefined && key !== undefined) {
    throw new Problem('malformed-request', 'Send Authorization or X-API-Key, not both.');
  }
  if (authorization === undefined) return { kind: 'key', key: String(key) };
  const space = authorization.indexOf(' ');
  // RFC 9110: the scheme's case does not matter.
  if (space < 0 || authorization.slice(0, space).toLowerCase() !== 'bearer') throw badCredential();
  const token = authorization.slice(space + 1).trim();
  if (token === '' || token.length > LONGEST) throw badCredential();
  return { kind: 'token', token };
}
