import { isLosslessNumber } from 'lossless-json';
import { memo } from './memo.js';
import { isPaymentCard } from './payment-card.js';
import { RedactionTally } from './redaction-tally.js';
import { REDACTED } from './rules.js';
import { judgeKey, type KeyVerdict } from './sensitive-key.js';

/** Redacts and mends one text: a value or a key. */
export type RedactString = (text: string, tally: RedactionTally) => string;

type Tree = Record<string, unknown>;

/**
 * Makes the walk that replaces secrets in a tree, in place; see `redactJson`. `redactString` is passed in because it walks too: the
 * JSON in strings.
 */
export function createTreeRedactor(
  redactString: RedactString,
): (tree: unknown, tally: RedactionTally) => unknown {
  // Only keys that stay as they are: a key whose text has to change may be a secret, and none is to be kept.
  const judgeHarmless = memo((key) =>
    redactString(key, new RedactionTally()) === key ? judgeKey(key) : undefined,
  );
  return (tree, tally) => redactValue(tree, false, tally);

  function redactValue(value: unknown, inCard: boolean, tally: RedactionTally): unknown {
    if (typeof value === 'string') return redactString(value, tally);
    if (typeof value === 'number') return value >= 1e12 ? redactDigits(value, String(value), tally) : value;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) {
        const item: unknown = value[index];
        const clean = redactValue(item, inCard, tally);
        if (clean !== item) value[index] = clean;
      }
      return value;
    }
    if (isLosslessNumber(value)) return redactDigits(value, value.value, tally);
    return redactObject(value as Tree, inCard, tally);
  }

  function redactObject(object: Tree, inCard: boolean, tally: RedactionTally): Tree {
    let renamed: Map<string, string> | undefined;
    for (const key of Object.keys(object)) {
      let verdict = judgeHarmless(key);
      if (verdict === undefined) {
        const name = redactString(key, tally);
        renamed ??= new Map();
        renamed.set(key, name);
        // `password<JWT>` shows its word only once the token is gone.
        verdict = judgeKey(name);
        if (!verdict.rule) verdict = judgeKey(key);
      }
      const value = object[key];
      const clean = redactField(object, key, verdict, inCard, tally);
      // The key is there, `__proto__` too, so this sets an own property and never a prototype.
      if (clean !== value) object[key] = clean;
    }
    if (renamed) renameKeys(object, renamed);
    return object;
  }

  function redactField(
    object: Tree,
    key: string,
    { rule, card }: KeyVerdict,
    inCard: boolean,
    tally: RedactionTally,
  ): unknown {
    const value = object[key];
    if (rule && !rule.spares?.(value, object)) {
      if (value === null || typeof value === 'boolean' || value === '' || value === REDACTED) return value;
      tally.add(rule.rule);
      return REDACTED;
    }
    if (card ? countDigits(value) >= 12 : inCard && isCardField(key, value)) {
      tally.add('payment-card');
      return REDACTED;
    }
    return redactValue(value, card, tally);
  }
}

/** A number as it came, or the mark where its digits are a payment card's. */
function redactDigits(value: unknown, digits: string, tally: RedactionTally): unknown {
  if (!isPaymentCard(digits)) return value;
  tally.add('payment-card');
  return REDACTED;
}

/** Within `card: {…}` a number of 12 digits or more is the card's, right or mistyped, and a code of 3 or 4 its security code. */
function isCardField(key: string, value: unknown): boolean {
  if (/^(?:number|no|num|nr|pan|value)$/i.test(key)) return countDigits(value) >= 12;
  return /^code$/i.test(key) && /^\d{3,4}$/.test(String(value));
}

/** Digits of a text or number; none of anything else. */
const countDigits = (value: unknown): number =>
  typeof value === 'string' || typeof value === 'number' || isLosslessNumber(value)
    ? String(value).replace(/\D/g, '').length
    : 0;

/** In place and in the same order; a name that is taken gets a suffix: `[redacted] (2)`. */
function renameKeys(object: Tree, renamed: ReadonlyMap<string, string>): void {
  const entries = Object.entries(object);
  const taken = new Set(Object.keys(object).filter((key) => !renamed.has(key)));
  const counts = new Map<string, number>();
  for (const [key] of entries) delete object[key];
  for (const [key, value] of entries) {
    const wanted = renamed.get(key) ?? key;
    let name = wanted;
    if (renamed.has(key)) {
      let count = counts.get(wanted) ?? 1;
      while (taken.has(name)) name = `${wanted} (${++count})`;
      counts.set(wanted, count);
      taken.add(name);
    }
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  }
}
