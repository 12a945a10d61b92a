import { findAll, type Span } from './span.js';

/** Length by country, from the SWIFT IBAN registry; a country that is not here has no IBAN. */
const lengths: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 ' +
    'GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 ' +
    'MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 ' +
    'VA22 VG24 XK20'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const ibanStart = /(?<![A-Z0-9])[A-Z]{2}\d{2}(?=[ \u00A0+-]?[A-Z0-9])/gi;

/** Finds IBANs: a country's code and length, single separators allowed, and the check digits right (ISO 13616: mod 97 = 1). */
export function findIbans(text: string): Span[] {
  const found: Span[] = [];
  for (const { index: start, 0: head } of findAll(ibanStart, text)) {
    const length = lengths[head.slice(0, 2).toUpperCase()];
    if (length === undefined || start < (found.at(-1)?.end ?? 0)) continue;
    let taken = '';
    let end = start;
    for (; taken.length < length; end++) {
      const character = text[end] ?? '';
      if (/[A-Z0-9]/i.test(character)) taken += character;
      else if (!/[ \u00A0+-]/.test(character) || !/[A-Z0-9]/i.test(text[end + 1] ?? '')) break;
    }
    if (taken.length !== length || /[A-Z0-9]/i.test(text[end] ?? '')) continue;
    if (isWrittenLikeAnIban(text.slice(start, end), taken) && hasRightCheckDigits(taken))
      found.push({ start, end });
  }
  return found;
}

/** In one piece, or in fours with one separator throughout: a UUID's 8-4-4-4-12 is neither, and one in 10,000 has right check digits. */
const inFours = /^.{4}(?:([ \u00A0+-]).{4}(?:\1.{4})*(?:\1.{1,3})?)?$/;

/** A hex string (`be06…` of 16 digits, a span id) is none either, though its first letters are a country: Belgium's IBANs have digits only. */
const hexWithLetters = /^(?=.{4}.*[a-f])[0-9a-f]+$/;

const isWrittenLikeAnIban = (written: string, characters: string): boolean =>
  (written.length === characters.length || inFours.test(written)) && !hexWithLetters.test(characters);

/** ISO 7064 mod 97-10: the first four characters moved to the end, letters as 10 to 35, remainder 1. */
function hasRightCheckDigits(iban: string): boolean {
  let remainder = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}
