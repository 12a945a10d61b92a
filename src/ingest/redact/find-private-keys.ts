import { findAll, type Span } from './span.js';

const label = /-----(BEGIN|END) [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----/g;

/**
 * Finds PEM private keys (RFC 7468, also PGP's armour). Of a cut-off one, what is left: from its begin to the end of the text, or from
 * the first character of the base64 run before its end. Certificates and public keys stay.
 */
export function findPrivateKeys(text: string): Span[] {
  const found: Span[] = [];
  let open: number | undefined;
  for (const match of findAll(label, text)) {
    const end = match.index + match[0].length;
    if (match[1] === 'BEGIN') {
      open ??= match.index;
    } else {
      found.push({ start: open ?? startOfBase64(text, match.index, found.at(-1)?.end ?? 0), end });
      open = undefined;
    }
  }
  if (open !== undefined) found.push({ start: open, end: text.length });
  return found;
}

function startOfBase64(text: string, end: number, floor: number): number {
  let start = end;
  while (start > floor && /[A-Za-z0-9+/=\s\\]/.test(text[start - 1] ?? '')) start--;
  return start;
}
