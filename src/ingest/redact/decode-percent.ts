const encoded = /(?:%[0-9a-f]{2})+/gi;

/** Percent-decoding (RFC 3986) that never throws: bytes that are no UTF-8 become U+FFFD, a `%` without two hex digits stays. */
export const decodePercent = (text: string): string =>
  text.replace(encoded, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
