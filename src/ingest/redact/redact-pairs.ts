import { hasKeyHint } from './key-rules.js';
import type { RedactionTally } from './redaction-tally.js';
import { REDACTED } from './rules.js';
import { textKeyBefore } from './text-key.js';
import { textValueAfter } from './text-value.js';

/** A separator between a name and its value: `a=b`, `a: b`, `<a>b<`. */
const separator = /[:=]|>(?<=<[\w:.-]{1,64}>)/g;

/**
 * Redacts the values of sensitive names in free text: query and form parameters, header lines, log lines, cut-off or escaped JSON, XML.
 * Each separator is one look back (bounded) and one look ahead, and what was taken is not looked at again: linear.
 */
export function redactPairs(text: string, tally: RedactionTally): string {
  if (!hasKeyHint(text)) return text;
  const pieces: string[] = [];
  let done = 0;
  separator.lastIndex = 0;
  for (let found = separator.exec(text); found; found = separator.exec(text)) {
    const at = found.index;
    if (text.startsWith('//', at + 1)) continue;
    const key = textKeyBefore(text, at, done);
    const value = key && textValueAfter(text, at, key);
    if (!value) continue;
    pieces.push(text.slice(done, value.start), REDACTED);
    tally.add(key.rule.rule);
    done = value.end;
    separator.lastIndex = done;
  }
  return done === 0 ? text : pieces.join('') + text.slice(done);
}
