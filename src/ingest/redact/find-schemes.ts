import { findAll, type Span } from './span.js';

const scheme = /(?<![\p{L}\p{N}_-])(bearer|basic|token|apikey|api-key)[ \t]{1,4}([\w.~+/=-]{6,})/giu;

/**
 * Finds the credential of an HTTP authorization that stands in a text without its header's name: `Bearer x`, `Basic x`, `Token x`
 * (RFC 6750, 7617). Words do not look like one: «bearer of good news», «basic plan», «token of appreciation» stay.
 */
export function findSchemes(text: string): Span[] {
  const found: Span[] = [];
  for (const match of findAll(scheme, text)) {
    const [all, name = '', value = ''] = match;
    if (!looksLikeCredential(name.toLowerCase(), value)) continue;
    const end = match.index + all.length;
    found.push({ start: end - value.length, end });
  }
  return found;
}

function looksLikeCredential(name: string, value: string): boolean {
  if (name === 'basic') return isBasicCredential(value);
  const least = name === 'bearer' ? 6 : 10;
  return value.length >= 24 || (value.length >= least && looksRandom(value));
}

/** A digit among letters, capitals where no word has them, or three parts joined by dots. */
export const looksRandom = (value: string): boolean =>
  (/\d/.test(value) && /[a-z]/i.test(value)) || /[a-z][A-Z]/.test(value) || /^\w+\.\w+\.\w+$/.test(value);

/** `user:password` in base64. */
const isBasicCredential = (value: string): boolean =>
  looksRandom(value) && /^[\x20-\xFF]*:[\x20-\xFF]*$/.test(Buffer.from(value, 'base64').toString('latin1'));
