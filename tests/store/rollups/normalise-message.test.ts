import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseMessage } from '../../../src/store/rollups/normalise-message.js';

describe('a normalised message', () => {
  it.each([
    ['Order o_981 not found after 3 tries', 'Order <id> not found after <n> tries'],
    ['Order o_7 not found after 12 tries', 'Order <id> not found after <n> tries'],
    ['card declined (code 51)', 'card declined (code <n>)'],
    ['row 0196f2a4-7c1e-7abc-8def-0123456789AB is locked', 'row <id> is locked'],
    ['GET https://api.example.com/v1/orders?id=7 failed', 'GET <url> failed'],
    ['no account ayse.yilmaz+test@mail.example.com', 'no account <email>'],
    [`dish "Adana kebap" is sold out`, 'dish <text> is sold out'],
    [`dish 'Ayran' is sold out`, 'dish <text> is sold out'],
    ['dish «Künefe» is sold out', 'dish <text> is sold out'],
    ['dish `Lahmacun` is sold out', 'dish <text> is sold out'],
    ['took 1,234.5 ms at 12:30:05', 'took <n> ms at <n>'],
    ['timeout after 30s', 'timeout after <n>s'],
    ['object 4f2a9c01d7e3b8 is gone', 'object <id> is gone'],
    ['object deadbeefdeadbeef is gone', 'object <id> is gone'],
    ['pointer 0x1f, usr-00af12', 'pointer <id>, <id>'],
    ['  too   many\tspaces ', 'too many spaces'],
    ['TypeError: x is null\n    at place (order.js:12:7)', 'TypeError: x is null'],
    ['\n\n  first line after empty ones\nsecond', 'first line after empty ones'],
    ['', '(no message)'],
    ['   \n ', '(no message)'],
    [undefined, '(no message)'],
  ])('of %j is %j', (message, kind) => {
    expect(normaliseMessage(message)).toBe(kind);
  });

  it.each([
    ['card declined', 'card expired'],
    ['cannot read menu', 'cannot write menu'],
    [`can't reach the kitchen, it's closed`, `can't charge the card, it's expired`],
    ['Timeout', 'timeout'],
    ['payment refused', 'payment refused: no funds'],
    ['Sipariş bulunamadı', 'Kurye bulunamadı'],
  ])('keeps %j and %j apart', (a, b) => {
    expect(normaliseMessage(a)).not.toBe(normaliseMessage(b));
  });

  it('groups messages that differ in their numbers only', () => {
    const kinds = [1, 22, 333, 4_444].map((n) =>
      normaliseMessage(`Restaurant r_${n}: queue of ${n} is full`),
    );
    expect(new Set(kinds).size).toBe(1);
  });

  /** Texts made of what the patterns look for, whole and in pieces. */
  const piece = fc.constantFrom(
    ...['o_981', '12', '1.5', "'", '"', '«', '»', '`', '@', 'a@b.cd', 'https://', 'x', ' ', '-', '.', '\n'],
    ...['0196f2a4-7c1e-7abc-8def-0123456789ab', 'deadbeefdeadbeef', '<id>', '<n>', '😀', 'ş', '\t'],
  );
  const message = fc.oneof(
    fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
    fc.string({ unit: 'grapheme', maxLength: 400 }),
  );

  it('is bounded, one line, and never empty', () => {
    fc.assert(
      fc.property(message, (text) => {
        const kind = normaliseMessage(text);
        expect(kind.length).toBeGreaterThan(0);
        expect(kind.length).toBeLessThanOrEqual(200);
        expect(kind).not.toMatch(/\n/);
        expect(kind).toBe(kind.trim());
      }),
      { numRuns: 500 },
    );
  });

  it('of a short text stays as it is when it is normalised again', () => {
    fc.assert(
      fc.property(fc.constantFrom(...examples), fc.constantFrom(...examples), (a, b) => {
        const kind = normaliseMessage(`${a} ${b}`);
        expect(normaliseMessage(kind)).toBe(kind);
      }),
    );
  });
  const examples = [
    'Order o_981 not found',
    'card declined (code 51)',
    'GET https://api.example.com/v1?x=1 failed',
    'dish "Adana" is sold out',
    "can't reach db-12",
    'no account ayse@example.com',
    'row 0196f2a4-7c1e-7abc-8def-0123456789ab',
  ];

  it('is never cut within a surrogate pair, which PostgreSQL would store as another text', () => {
    for (let before = 190; before <= 205; before += 1) {
      const kind = normaliseMessage(`${'x'.repeat(before)}${'😀'.repeat(20)}`);
      expect(kind.isWellFormed()).toBe(true);
    }
    for (let before = 790; before <= 805; before += 1) {
      const quoted = `'${'y'.repeat(190)}' `.repeat(4);
      const kind = normaliseMessage(`${quoted}${'x'.repeat(before - quoted.length)}${'😀'.repeat(20)}`);
      expect(kind.isWellFormed()).toBe(true);
    }
  });

  it('comes for hostile texts, too', () => {
    // Each is 4,000 characters that lead every pattern as far as it goes before it fails; exponential work would not end.
    const units = [
      "'",
      '"',
      '«',
      '`',
      'a@',
      'a.',
      '-',
      '_',
      'a-',
      '0',
      'f',
      '1.',
      '1,',
      'http://',
      ' \t',
      'a@b.',
      '+',
    ];
    const hostile = units.flatMap((unit) => units.map((end) => unit.repeat(4_000 / unit.length) + end));
    for (const text of hostile) expect(normaliseMessage(text).length).toBeLessThanOrEqual(200);
    expect(hostile.length).toBeGreaterThan(200);
  });
});
