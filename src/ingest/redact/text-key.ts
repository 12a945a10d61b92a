import { hasKeyHint } from './key-rules.js';
import { memo } from './memo.js';
import type { KeyRule } from './rules.js';
import { judgeKey } from './sensitive-key.js';

/** A sensitive name found in a text. */
export interface TextKey {
  rule: KeyRule;
  /** A single common word (`token`, `secret`, `pin`): in prose it often means something else. */
  common: boolean;
}

const judge = memo((name: string) => (hasKeyHint(name) ? judgeKey(name) : undefined));
const isNameCharacter = /[\p{L}\p{N}_.$-]/u;
const isBetween = /[ \t"'`\\\]*[]/;
const commonWord = /^(?:tokens?|secrets?|pins?|cookies?|bearer|auth|pass|otp|credentials?)$/i;
/** Last words that are sensitive only behind another: `api key`, `card number`, `security code`. */
const needsCompany = /^(?:keys?|codes?|number|no|num|phrase|word|id|security)$/i;

/** A name in a text, judged by itself. */
export function textKeyOf(name: string): TextKey | undefined {
  const rule = judge(name)?.rule;
  return rule && { rule, common: commonWord.test(name) };
}

/** The sensitive name that ends where the separator at `at` begins, if there is one. Looks back at most 64 + 64 characters. */
export function textKeyBefore(text: string, at: number, floor: number): TextKey | undefined {
  let end = at;
  while (end > floor && at - end < 64 && isBetween.test(text[end - 1] ?? '')) end--;
  const start = startOfName(text, end, floor);
  const name = text.slice(start, end);
  if (name.length < 2) return undefined;
  const rule =
    judge(name)?.rule ?? (needsCompany.test(name) ? ruleOfPhrase(text, start, end, floor) : undefined);
  return rule && { rule, common: commonWord.test(name) };
}

function startOfName(text: string, end: number, floor: number): number {
  let start = end;
  while (start > floor && end - start < 64 && isNameCharacter.test(text[start - 1] ?? '')) start--;
  return start;
}

/** `one time code`: adds up to two words before, as long as what is before is not sensitive by itself (then it is a sentence). */
function ruleOfPhrase(text: string, start: number, end: number, floor: number): KeyRule | undefined {
  let first = start;
  for (let words = 0; words < 2; words++) {
    if (text[first - 1] !== ' ') return undefined;
    const next = startOfName(text, first - 1, floor);
    if (next === first - 1 || judge(text.slice(next, start - 1))?.rule) return undefined;
    first = next;
    const rule = judge(text.slice(first, end))?.rule;
    if (rule) return rule;
  }
  return undefined;
}
