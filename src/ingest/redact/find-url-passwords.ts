import { REDACTED } from './rules.js';
import type { Span } from './span.js';

/**
 * Finds the passwords of `scheme://user:password@host` (RFC 3986, 3.2.1). A raw `/`, `?` or `#` in a password makes the URL wrong, but
 * people write it: what follows the colon and is no port, up to an `@` within 256 characters, is taken for a password as well.
 */
export function findUrlPasswords(text: string): Span[] {
  const found: Span[] = [];
  for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', at + 3)) {
    const start = at + 3;
    const space = text.slice(start, start + 512).search(/[\s"'<>]/);
    const rest = text.slice(start, space === -1 ? start + 512 : start + space);
    const path = rest.search(/[/?#\\]/);
    const authority = path === -1 ? rest : rest.slice(0, path);
    const colon = authority.indexOf(':');
    const reach = authority.includes('@') || /^:\d*$/.test(authority.slice(colon)) ? authority : rest;
    const end = reach.lastIndexOf('@', colon + 257);
    if (colon === -1 || end <= colon + 1 || reach.slice(colon + 1, end) === REDACTED) continue;
    found.push({ start: start + colon + 1, end: start + end });
    at = start + end - 3;
  }
  return found;
}
