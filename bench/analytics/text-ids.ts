import type { Random } from './random.js';

const hex4 = Array.from({ length: 0x1_0000 }, (_, value) => value.toString(16).padStart(4, '0'));
const of = (value: number): string => hex4[value & 0xffff] ?? '';

/** A UUIDv7 at a time in Unix ms whose other bits come from `random`, so that a seed gives the same ids. */
export function seededUuidV7(unixMs: number, random: Random): string {
  const high = Math.floor(unixMs / 0x1_0000);
  const a = random.word();
  const b = random.word();
  const c = random.word();
  return `${of(high >>> 16)}${of(high)}-${of(unixMs % 0x1_0000)}-${of(0x7000 | (a & 0xfff))}-${of(0x8000 | ((a >>> 12) & 0x3fff))}-${of(b >>> 16)}${of(b)}${of(c)}`;
}

/** Ten hexadecimal digits and a prefix, as the app makes its session ids. */
export const seededId = (prefix: string, random: Random): string => {
  const word = random.word();
  return `${prefix}${of(word >>> 16)}${of(word)}${of(random.word()).slice(2)}`;
};
