import { isPaymentCard } from './payment-card.js';
import { findAll, type Span } from './span.js';

/** Digits with single separators: a space of any width, a dash, or the `+` of a form-encoded space. */
const digitRun = /\d(?:[ \u00A0\u2009\u202F\u2010-\u2015+-]?\d){12,}/g;
const cardWord = /(?:card|visa|amex|maestro|master|mc|cc|pan|no|nr|num|number)[_-]?$/i;

/** Finds payment card numbers in free text, as they are printed (4-4-4-4, 4-6-5, in one piece), or as a run in any grouping. */
export function findPaymentCards(text: string): Span[] {
  const found: Span[] = [];
  for (const { index: start, 0: run } of findAll(digitRun, text)) {
    const end = start + run.length;
    const isPlain = !/\D/.test(run);
    const isCard = isPaymentCard(isPlain ? run : run.replace(/\D/g, ''));
    // Nearly every id ends here; where a number begins and ends is asked of cards only.
    if (isPlain && !isCard) continue;
    const startsFree = startsNumber(text, start);
    const endsFree = endsNumber(text, end);
    if (isCard && startsFree && endsFree) found.push({ start, end });
    // A run that hangs on a word may still hold a card that stands free of it: `order-12 4111 1111 1111 1111`.
    else if (!isPlain) found.push(...cardsByGroup(run, start, startsFree, endsFree));
  }
  return found;
}

/** No piece of a word, an id, a hex string, a decimal or a phone number begins here; `card_4111…` does begin a number. */
function startsNumber(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - 12), start);
  if (/[\p{L}\p{N}_-]$/u.test(before)) return cardWord.test(before);
  return !/\d\.$|\+$/.test(before);
}

const endsNumber = (text: string, end: number): boolean =>
  !/^(?:[\p{L}\p{N}_]|-[\p{L}\p{N}]|\.\d)/u.test(text.slice(end, end + 2));

/** Cards within a longer run, as in `2026 4111 1111 1111 1111 12`: whole groups only, and grouped as cards are printed. */
function cardsByGroup(run: string, offset: number, startsFree: boolean, endsFree: boolean): Span[] {
  const groups = findAll(/\d+/g, run);
  const found: Span[] = [];
  for (let first = startsFree ? 0 : 1; first < groups.length; first++) {
    const opening = groups[first]?.[0].length ?? 0;
    if (opening !== 4 && opening < 13) continue;
    let digits = '';
    let shape = '';
    for (let last = first; last < groups.length - (endsFree ? 0 : 1) && digits.length < 19; last++) {
      const group = groups[last]?.[0] ?? '';
      digits += group;
      shape += `${group.length} `;
      if (!/^(?:1[3-9]|4 4 4 4(?: [1-3])?|4 6 [45]) $/.test(shape) || !isPaymentCard(digits)) continue;
      const start = groups[first]?.index ?? 0;
      const end = (groups[last]?.index ?? 0) + group.length;
      // In one piece it must stand between spaces: `2024-4111111111111111` is some number of its own.
      if (first === last && /[+\u2010-\u2015-]/.test(`${run[start - 1] ?? ''}${run[end] ?? ''}`)) continue;
      found.push({ start: offset + start, end: offset + end });
      first = last;
      break;
    }
  }
  return found;
}
