/**
 * Replaces what PostgreSQL's text and jsonb cannot store by U+FFFD: NUL characters, and surrogates without their other half.
 * Text without either comes back as the same string.
 */
export function mendText(text: string): string {
  const withoutNul = text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
  return withoutNul.isWellFormed() ? withoutNul : withoutNul.toWellFormed();
}
