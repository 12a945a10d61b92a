const escapes = /(?:%[0-9a-f]{2})+|\\u[0-9a-f]{4}|&(?:quot|apos|amp|#3[49]);/gi;

const entities: Readonly<Record<string, string>> = {
  '&quot;': '"',
  '&#34;': '"',
  '&apos;': "'",
  '&#39;': "'",
  '&amp;': '&',
};

/**
 * One layer of escapes off, never throwing: percent-encoding (RFC 3986; bytes that are no UTF-8 become U+FFFD), JSON's `\u0070` where a
 * document is cut off and cannot be parsed, and HTML's quotes and ampersand.
 */
export const decodeEscapes = (text: string): string =>
  text.replace(escapes, (run) => {
    if (run.startsWith('%')) return Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8');
    if (run.startsWith('&')) return entities[run.toLowerCase()] ?? run;
    return String.fromCharCode(Number.parseInt(run.slice(2), 16));
  });
