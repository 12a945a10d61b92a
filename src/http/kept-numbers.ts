import { randomUUID } from 'node:crypto';
import { isSafeNumber, LosslessNumber } from 'lossless-json';

/**
 * A number that a double may not hold: 16 or more digits, or an exponent of three. Digits inside strings match too, which costs such a
 * body a slower reading and changes nothing else.
 */
const longNumber = /\d[\d.]{15}|\d[eE][+-]?\d{3}/;

/** A string, or a number, in JSON text. */
const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Stands before the digits while the text is parsed; nobody outside can guess it, so no string of theirs is taken for a number. */
const mark = `${randomUUID()}:`;

/** Beyond this PostgreSQL writes the number out: `1e99999`, 7 bytes to send, would be 100 kB to store and to read. */
const LARGEST_EXPONENT = 400;

export const mayHoldLongNumbers = (text: string): boolean => longNumber.test(text);

/**
 * Parses JSON so that numbers which a double cannot hold come out as marked strings, for {@link restoreNumbers}. JSON.parse does the work, because it
 * is iterative: nesting of any depth is read, and refused later where it is too deep.
 */
export const parseKeepingNumbers = (text: string): unknown =>
  JSON.parse(
    text.replace(stringOrNumber, (token) =>
      token[0] === '"' || isSafeNumber(token) ? token : `"${mark}${token}"`,
    ),
  );

/**
 * Turns marked strings into `LosslessNumber`s, in place, which lossless-json writes digit by digit. The tree must have passed the limit of
 * depth. Throws a RangeError for a number beyond 10^400 in size or smallness.
 */
export function restoreNumbers(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith(mark) ? toNumber(value.slice(mark.length)) : value;
  if (typeof value !== 'object' || value === null) return value;
  const tree = value as Record<string, unknown>;
  for (const key of Object.keys(tree)) {
    const restored = restoreNumbers(tree[key]);
    // The key is there, `__proto__` too, so this sets an own property and never a prototype.
    if (restored !== tree[key]) tree[key] = restored;
  }
  return tree;
}

function toNumber(digits: string): LosslessNumber {
  const exponent = Number(/[eE]([+-]?\d+)$/.exec(digits)?.[1] ?? 0);
  if (Math.abs(exponent) > LARGEST_EXPONENT)
    throw new RangeError(`a number's exponent may be ${LARGEST_EXPONENT} at most`);
  return new LosslessNumber(digits);
}
