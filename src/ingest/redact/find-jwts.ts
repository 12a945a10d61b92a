import type { Span } from './span.js';

const part = /[A-Za-z0-9_-]*/y;

/**
 * Finds JSON Web Tokens (RFC 7519, compact form, signed or encrypted): parts in base64url joined by dots. A header is a JSON object, so
 * it begins with `eyJ`, which is `{"` encoded. The cut-off kind too: a second part that begins so is claims without their signature.
 *
 * By hand and not by one regular expression: `eyJ` may begin anywhere in a long run of letters, and each begin would scan all the run.
 */
export function findJwts(text: string): Span[] {
  const found: Span[] = [];
  for (let start = text.indexOf('eyJ'); start !== -1; ) {
    const header = endOfPart(text, start);
    const end = header - start >= 10 && text[header] === '.' ? endOfToken(text, header + 1) : undefined;
    if (end !== undefined) found.push({ start, end });
    // No other start within this part can do better: it would end at the same place.
    start = text.indexOf('eyJ', end ?? header);
  }
  return found;
}

/** The end of claims, signature and what an encrypted token has besides (five parts at most), or undefined where none begins here. */
function endOfToken(text: string, start: number): number | undefined {
  const claims = endOfPart(text, start);
  if (claims === start || text[claims] !== '.') return text.startsWith('eyJ', start) ? claims : undefined;
  let end = endOfPart(text, claims + 1);
  for (let parts = 3; parts < 5 && text[end] === '.'; parts++) {
    const next = endOfPart(text, end + 1);
    // The dot that ends a sentence is no part of the token.
    if (next === end + 1) break;
    end = next;
  }
  return end;
}

function endOfPart(text: string, start: number): number {
  part.lastIndex = start;
  part.test(text);
  return part.lastIndex;
}
