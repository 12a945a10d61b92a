import { hasKeyHint, keyRules, neutralTail } from './key-rules.js';
import type { KeyRule } from './rules.js';
import { findAll } from './span.js';

/** What a name says about its value: the rule under which all of it goes, and whether an object under it is a payment card. */
export interface KeyVerdict {
  rule: KeyRule | undefined;
  card: boolean;
}

const innocent: KeyVerdict = { rule: undefined, card: false };
const card: KeyVerdict = { rule: undefined, card: true };

/** Judges a name by its words: `pin` and `userPin` are sensitive, `pinned`, `spinach` and `pin_count` are not. */
export function judgeKey(key: string): KeyVerdict {
  const name = isAscii(key) ? key : fold(key);
  if (!hasKeyHint(name)) return innocent;
  const words = wordsOf(name);
  // `pAsSwOrD` falls into six words; read without regard to case it is one.
  const flat = words.includes(' ') ? flatWordsOf(name) : words;
  const rule = ruleFor(words) ?? (flat === words ? undefined : ruleFor(flat));
  if (rule) return { rule, card: false };
  return /\b(?:credit|debit|bank|payment)?cards?$/.test(words) ? card : innocent;
}

function ruleFor(words: string): KeyRule | undefined {
  return keyRules.find(({ pattern }) => {
    for (const match of findAll(pattern, words)) {
      neutralTail.lastIndex = match.index + match[0].length;
      if (!neutralTail.test(words)) return true;
    }
    return false;
  });
}

// Lookarounds only, so that every position costs the same: `([A-Z]+)([A-Z][a-z])` is quadratic on a long run of capitals.
const wordBorder =
  /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})|[^\p{L}\p{N}]+/u;
const flatBorder = /(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})|[^\p{L}\p{N}]+/u;

const wordsOf = (name: string): string => name.split(wordBorder).join(' ').trim().toLowerCase();
const flatWordsOf = (name: string): string => name.toLowerCase().split(flatBorder).join(' ').trim();

const isAscii = (text: string): boolean => !/[\u0080-\uFFFF]/.test(text);

/** `şifre` and full-width `ｐｉｎ` as ASCII; invisible characters, which split a word for us but not for a reader, away. */
const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .replaceAll('ı', 'i');
