import { looksRandom } from './find-schemes.js';
import { isMessageWord } from './prose.js';
import { REDACTED, type TextReach } from './rules.js';
import type { Span } from './span.js';
import type { TextKey } from './text-key.js';

const reaches: Readonly<Record<Exclude<TextReach, 'word'>, RegExp>> = {
  line: /[^\r\n"'&<>`]+/y,
  groups: /[A-Z]{2}\d{2}[A-Z0-9]*(?: [A-Z0-9]{1,4})*|\d[\d*x]*(?:[ -][\d*x]+)*/y,
  scheme:
    /(?:digest|hawk|oauth|aws4-hmac-sha256)[ \t][^\r\n]+|(?:(?:bearer|basic|token|apikey|api-key|key|jwt|negotiate)[ \t]+)?[^\s"'`<>&,;]+/iy,
  cookies: /[^\s=;,"'&]+=[^\r\n"'`<>]*/y,
};

/** The value that follows the separator at `at` (`:`, `=`, `=>`, `:=`, the `>` of a tag), or undefined where no secret stands. */
export function textValueAfter(text: string, at: number, key: TextKey): Span | undefined {
  const opening = match(/[=:>]{1,3}[ \t]{0,8}/y, text, at);
  const start = at + opening.length;
  const quote = match(/\\*["'`]/y, text, start);
  if (quote !== '') return quoted(text, start + quote.length, quote);
  if (text.startsWith(REDACTED, start))
    return unlessEmpty(start, endOfWord(text, start + REDACTED.length), REDACTED.length);
  if (/[{[]/.test(text[start] ?? '')) {
    return isSparedBracket(text, start, key) ? undefined : { start, end: endOfBrackets(text, start) };
  }
  const { reach = 'word' } = key.rule;
  const word = text.slice(start, endOfWord(text, start));
  if (/^(?:null|nil|none|undefined|true|false)$/i.test(word)) return undefined;
  // `password=x` is a setting; with a colon or a space it may be a sentence.
  const isProse = opening.startsWith(':') || opening.endsWith(' ');
  // A passphrase is made of words, so only those count that begin a message about it.
  if (isProse && isMessageWord(word) && (reach !== 'line' || beginsMessage.test(word))) return undefined;
  const end = unquotedEnd(text, start, reach, start + word.length);
  if (end === undefined || end === start) return undefined;
  return isProse && key.common && reach !== 'cookies' && !looksSecret(text.slice(start, end))
    ? undefined
    : { start, end };
}

const beginsMessage =
  /^(?:must|should|shall|may|can|cannot|is|are|was|has|needs?|required|invalid|missing|too|not|incorrect|wrong|expired)$/i;

/** Behind a common word, prose is likelier than a secret made of letters alone. */
export const looksSecret = (value: string): boolean =>
  value.length >= 20 ||
  (looksRandom(value) && value.length >= 5) ||
  /^(?:\W*\d){3,}\W*$/.test(value) ||
  /\w[^\w\s.,;:!?'")\]-]/.test(value);

/** The innocent meaning of a name (`auth: {…}`, `pin: {lat, …}`) seen by the names in the next 100 characters. */
function isSparedBracket(text: string, start: number, { rule }: TextKey): boolean {
  if (!rule.spares) return false;
  const names = text.slice(start, start + 100).match(/\w+(?=\\*["']?\s*:)/g) ?? [];
  const content = Object.fromEntries(names.map((name) => [name, null]));
  return rule.spares(text[start] === '[' ? [content] : content, {});
}

function unquotedEnd(text: string, start: number, reach: TextReach, wordEnd: number): number | undefined {
  if (reach === 'word') return wordEnd;
  const found = match(reaches[reach], text, start).trimEnd();
  if (found !== '') return start + found.length;
  // Behind a colon cookies are pairs (one of chocolate chips is none); what should be groups may turn out to be one word.
  return reach === 'cookies' && text[start - 1] !== '=' ? undefined : wordEnd;
}

const unlessEmpty = (start: number, end: number, least: number): Span | undefined =>
  end > start + least ? { start, end } : undefined;

/** Punctuation ends a word only where a space, the end or the next pair follows it: passwords may have it inside. */
function endOfWord(text: string, start: number): number {
  let end = start;
  while (end < text.length) {
    end += match(/[^\s&"'<>`\\,;)}\]|]+/y, text, end).length;
    const character = text[end] ?? ' ';
    if (/[\s&"'<>`]/.test(character)) break;
    if (character === '\\' && /[nrt"'\\]/.test(text[end + 1] ?? '')) break;
    if (match(/[,;)}\]|]{1,8}(?:$|[\s"'&<>\\]|[\w.-]{1,64}\s?[:=])/y, text, end) !== '') break;
    end++;
  }
  return end;
}

/** Up to the closing quote, which has as many backslashes before it as the opening one; a cut-off text has none. */
function quoted(text: string, start: number, quote: string): Span | undefined {
  const mark = quote.at(-1) ?? '"';
  const slashes = quote.length - 1;
  let close = text.length;
  for (let end = text.indexOf(mark, start); end !== -1; end = text.indexOf(mark, end + 1)) {
    let before = 0;
    while (end - before > start && before <= slashes && text[end - before - 1] === '\\') before++;
    if (before > slashes) continue;
    close = end - before;
    break;
  }
  const value = text.slice(start, close);
  return value === '' || value === REDACTED ? undefined : { start, end: close };
}

/** Up to the bracket that closes the one at `start`, or to the end of a cut-off text. */
function endOfBrackets(text: string, start: number): number {
  let open = 0;
  for (let end = start; end < text.length; end++) {
    const character = text[end];
    if (character === '{' || character === '[') open++;
    else if ((character === '}' || character === ']') && --open === 0) return end + 1;
  }
  return text.length;
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}
