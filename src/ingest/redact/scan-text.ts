/** What a text has, as bits; each value rule names the bits without which it cannot hit. */
export const Has = {
  unstorable: 1,
  /** `:` or `=` */
  pair: 2,
  /** `%`, `\\` or `&`: something may be escaped. */
  escape: 4,
  /** `<` */
  markup: 8,
  at: 16,
  space: 32,
  dot: 64,
  /** `_` or `-` */
  joint: 128,
  /** 8 digits or more, anywhere: an IBAN has more. */
  digits8: 256,
  /** 13 digits or more with at most spaces, dashes and plus signs between: the shortest card number. */
  digits13: 512,
  /** `{`, `[` or `"` */
  opening: 1024,
  /** The capital that the keys of AWS and Google begin with. */
  capitalA: 2048,
} as const;

const bits = new Uint16Array(128);
bits[0] = Has.unstorable;
for (const [characters, bit] of [
  [':=', Has.pair],
  ['%\\&', Has.escape],
  ['<', Has.markup],
  ['@', Has.at],
  [' \t\n\r', Has.space],
  ['.', Has.dot],
  ['_-', Has.joint],
  ['{["', Has.opening],
  ['A', Has.capitalA],
] as const) {
  for (const character of characters) bits[character.charCodeAt(0)] = bit;
}

/** One pass over the UTF-16 units, about 1 ns each: most texts have nothing that any rule needs, and cost no more than this. */
export function scanText(text: string): number {
  let found = 0;
  let digits = 0;
  let run = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 48 && code <= 57) {
      digits++;
      if (++run === 13) found |= Has.digits13;
    } else if (code < 128) {
      found |= bits[code] ?? 0;
      if (code !== 32 && code !== 43 && code !== 45) run = 0;
    }
    // The no-break space, as in a printed card number; other wide characters may stand between digits as well.
    else if (code === 0xa0) found |= Has.space;
    // Any surrogate, paired or not: emoji are rare enough to let the mending tell.
    else if (code >= 0xd800 && code <= 0xdfff) found |= Has.unstorable;
  }
  if (digits >= 8) found |= Has.digits8;
  return found;
}
