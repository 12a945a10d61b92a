import { parse as parseLossless, stringify as stringifyLossless } from 'lossless-json';
import { decodeEscapes } from './decode-escapes.js';
import { exceedsDepth } from './exceeds-depth.js';
import { mendText } from './mend-text.js';
import { createTreeRedactor } from './redact-tree.js';
import { RedactionTally } from './redaction-tally.js';
import { Has, scanText } from './scan-text.js';
import { valueRules } from './value-rules.js';

/** JSON in a string in JSON …, or escapes of escapes: as often as this is a layer taken off to look inside. */
const WRAPPINGS = 5;
/** Levels of JSON in a string that are walked; deeper ones are read as text. */
const EMBEDDED_LEVELS = 32;

/**
 * Redacts and mends one text, such as an error message: secrets that have a form of their own, or a sensitive name before them, become
 * `[redacted]` in place. A text that is JSON is walked by its keys and written anew if something was found. Escapes (percent, `\u`, HTML)
 * are decoded to look, and the text is kept decoded if something was found. Linear in the length; never throws.
 */
export function redactText(text: string, tally: RedactionTally): string {
  return redactWrapped(text, tally, WRAPPINGS);
}

// The walk of embedded JSON knows how many wrappings are left: one walker for each number.
const treeRedactors = Array.from({ length: WRAPPINGS + 1 }, (_, left) =>
  createTreeRedactor((text, tally) => redactWrapped(text, tally, left)),
);

/** The walk over a whole tree, see `redactJson`. */
export const redactTree = (tree: unknown, tally: RedactionTally): unknown =>
  treeRedactors[WRAPPINGS]?.(tree, tally);

function redactWrapped(original: string, tally: RedactionTally, wrappings: number): string {
  const has = scanText(original);
  let text = original;
  if (has & Has.unstorable) {
    text = mendText(original);
    if (text !== original) tally.mended++;
  }
  // Nothing that a rule needs, or shorter than any secret that its form gives away.
  if (has === 0 || text.length < 4) return text;
  if (has & Has.opening && wrappings > 0) {
    const json = redactEmbeddedJson(text, tally, wrappings - 1);
    if (json !== undefined) return json;
  }
  text = applyRules(text, has, tally);
  return has & Has.escape && wrappings > 0 ? redactEscaped(text, tally, wrappings - 1) : text;
}

/**
 * Until nothing changes: a mark may bring to light what was prose before, as in `Cookie: 4111…x`, and what is stored has to be what a
 * second redaction leaves alone. Four rounds bound it; only a text with a hit has a second one.
 */
function applyRules(original: string, has: number, tally: RedactionTally): string {
  let text = original;
  for (let round = 0, before = ''; round < 4 && text !== before; round++) {
    before = text;
    for (const { needs, apply } of valueRules) {
      if ((has & needs) === needs) text = apply(text, tally);
    }
  }
  return text;
}

/** The text of a walked document, or undefined where the text is none, or where only a reader of text sees all that it has. */
function redactEmbeddedJson(text: string, tally: RedactionTally, wrappings: number): string | undefined {
  const trimmed = text.trim();
  const last = trimmed.at(-1);
  if (!(last === '}' || last === ']' || last === '"') || !/^[{["]/.test(trimmed)) return undefined;
  let tree: unknown;
  try {
    tree = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (exceedsDepth(tree, EMBEDDED_LEVELS)) return undefined;
  // As written by JSON.stringify, the tree is all there is. Otherwise the text may say more: of two equal keys a tree has the last only.
  const isWhole = JSON.stringify(tree) === text;
  const found = new RedactionTally();
  const clean = treeRedactors[wrappings]?.(tree, found);
  if (found.total === 0) return isWhole ? text : undefined;
  tally.merge(found);
  return isWhole ? JSON.stringify(clean) : rewriteKeepingNumbers(text, clean, wrappings);
}

/** Walks a second reading that keeps each number's digits (`1.50`, 20-digit ids), which a double does not. */
function rewriteKeepingNumbers(text: string, clean: unknown, wrappings: number): string {
  try {
    const tree = parseLossless(text, null, { onDuplicateKey: ({ newValue }) => newValue });
    return stringifyLossless(treeRedactors[wrappings]?.(tree, new RedactionTally())) ?? JSON.stringify(clean);
  } catch {
    return JSON.stringify(clean);
  }
}

/** The decoded text, if decoding brings a secret to light; else the text as it is. */
function redactEscaped(text: string, tally: RedactionTally, wrappings: number): string {
  const decoded = decodeEscapes(text);
  if (decoded === text) return text;
  const found = new RedactionTally();
  const clean = redactWrapped(decoded, found, wrappings);
  if (found.total === 0) return text;
  tally.merge(found);
  return clean;
}
