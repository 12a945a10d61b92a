const LONGEST = 200;

/** What differs from one failure of a kind to the next, most special first, and what stands in its place. */
const varying: readonly [RegExp, string][] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  [/\bhttps?:\/\/[^\s"'<>)]+/gi, '<url>'],
  [/\b[\w.+-]+@[\w-]+\.[\w.-]+\b/g, '<email>'],
  // An apostrophe within a word, as in «can't», is no quote.
  [/"[^"]{1,200}"|(?<!\w)'[^']{1,200}'(?!\w)|«[^»]{1,200}»|`[^`]{1,200}`/g, '<text>'],
  // Ids such as o_981, usr-00af12, 0x1f: letters and digits that hang together, with a digit among them.
  [/\b0x[0-9a-f]+\b|\b(?=[\w-]*\d)[a-z_][\w-]*\b/gi, '<id>'],
  [/\b[0-9a-f]{12,}\b/gi, '<id>'],
  [/\d+(?:[.,:]\d+)*/g, '<n>'],
  [/\s+/g, ' '],
];

/**
 * An error message without what varies: numbers, ids, addresses, quoted text. «Order o_981 not found after 3 tries» and «Order o_7 not found after 12
 * tries» are one kind of failure. An empty one, or none, is «(no message)».
 */
export function normaliseMessage(message: string | undefined): string {
  // Only the first line, and little of it, tells kinds apart; a stack below it never does.
  let text = cut((message ?? '').trimStart().split('\n', 1)[0] ?? '', 4 * LONGEST);
  for (const [pattern, instead] of varying) text = text.replace(pattern, instead);
  text = text.trim();
  if (text === '') return '(no message)';
  return text.length > LONGEST ? `${cut(text, LONGEST - 1)}…` : text;
}

/** Never within a surrogate pair: PostgreSQL stores half of one as U+FFFD, which would be another key than the one that was counted. */
const cut = (text: string, length: number): string => text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
