import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactJson } from '../../../src/ingest/redact/redact-json.js';
import { redactText } from '../../../src/ingest/redact/redact-text.js';
import { RedactionTally } from '../../../src/ingest/redact/redaction-tally.js';
import { judgeKey } from '../../../src/ingest/redact/sensitive-key.js';
import { CARD, JWT, sensitiveKeys } from './corpus.js';

const redact = <Value>(value: Value): Value =>
  redactJson(structuredClone(value), new RedactionTally()) as Value;
const text = (value: string): string => redactText(value, new RedactionTally());

/** Texts made of what the rules look for, so that random ones meet them often. */
const fragments = (
  'password token secret pin cvv Authorization Cookie api key bearer basic Bearer : = & ? # @ :// { } [ ] " \' \\ \\" , ; < > % %3D %22 %25 . - _ + ' +
  `x hunter2 1234 4111 1111 ${CARD} ${JWT} eyJ TR33 TR330006100519786457841326 -----BEGIN -----END sk_live_abcdef123 is --password <pin> null [redacted]`
).split(' ');
const fragmentText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...fragments, ' ', ' ', '\n', '\0'),
      fc.string({ maxLength: 4, unit: 'binary' }),
    ),
    { maxLength: 25 },
  )
  .map((parts) => parts.join(''));

const benignKey = fc.constantFrom(
  'a',
  'restaurant_id',
  'items',
  'note',
  'total',
  'pinned',
  'author',
  'shipping',
  'status_code',
  '__proto__',
);
const benignLeaf = fc.oneof(
  fc.integer({ min: -1e9, max: 1e9 }),
  fc.boolean(),
  fc.constant(null),
  fc.uuid(),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.stringMatching(/^[a-z ]{0,30}$/),
);
const benignTree = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    benignLeaf,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc
      .array(fc.tuple(benignKey, tie('tree')), { maxLength: 5 })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).tree;

/** Ways to put a value deeper; the last three put it into a string. */
type Wrap = (value: unknown) => unknown;
const wraps: readonly Wrap[] = [
  (value) => [value],
  (value) => ({ inner: value }),
  (value) => [1, { a: [value] }, 'x'],
  (value) => ({ Response: value, ok: true }),
];
const stringWraps: readonly Wrap[] = [
  (value) => JSON.stringify(value),
  (value) => JSON.stringify({ body: value }),
  (value) => ` ${JSON.stringify([value], null, 2)}\n`,
];

/** A secret of letters and digits that no other part of the trees contains. */
const secret = fc.stringMatching(/^zq[a-z]{6}[0-9]{4}[A-Z]{2}$/);
const planted = fc.oneof(
  fc
    .tuple(fc.constantFrom(...sensitiveKeys), secret)
    .map(([key, value]) => ({ value: { [key]: value } as unknown, gone: value })),
  secret.map((value) => ({
    value: `https://x.io/cb?page=1&access_token=${value}&size=2` as unknown,
    gone: value,
  })),
  secret.map((value) => ({ value: `postgres://food:${value}@db/food` as unknown, gone: value })),
  secret.map((value) => ({ value: `login failed: password=${value}, user=bob` as unknown, gone: value })),
  secret.map((value) => ({
    value: encodeURIComponent(`https://x.io/?token=${value}`) as unknown,
    gone: value,
  })),
  fc.constant({ value: `declined: ${CARD} (visa)` as unknown, gone: CARD }),
  fc.constant({ value: Number(CARD) as unknown, gone: CARD }),
  fc.constant({ value: `Authorization: Bearer ${JWT}` as unknown, gone: JWT.slice(-20) }),
);

describe('redaction', () => {
  it('never throws, and gives texts that PostgreSQL can store', () => {
    fc.assert(
      fc.property(fc.oneof(fragmentText, fc.string({ unit: 'binary' })), (value) => {
        const clean = text(value);
        expect(clean.isWellFormed() && !clean.includes('\0')).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never throws on any JSON', () => {
    fc.assert(fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => void redact(value)));
  });

  it('done twice is as done once', () => {
    fc.assert(
      fc.property(fragmentText, (value) => {
        const once = text(value);
        expect(text(once)).toBe(once);
      }),
      { numRuns: 3_000 },
    );
  });

  it('of trees done twice is as done once', () => {
    const keys = fc.oneof(fragmentText, fc.constantFrom(...sensitiveKeys, 'card', 'cards', 'number', 'code'));
    const trees = fc.dictionary(
      keys,
      fc.oneof(fragmentText, fc.integer(), fc.dictionary(keys, fragmentText)),
    );
    fc.assert(
      fc.property(trees, (value) => {
        const once = redact(value);
        expect(redact(once)).toEqual(once);
      }),
      { numRuns: 1_000 },
    );
  });

  it('leaves JSON of benign keys and values as it is, also in a string', () => {
    fc.assert(
      fc.property(benignTree, (value) => {
        expect(redact(value)).toEqual(value);
        const embedded = JSON.stringify(value);
        expect(text(embedded)).toBe(embedded);
      }),
    );
  });

  it('leaves nothing of a secret planted at any depth, in any wrapping', () => {
    const paths = fc.array(fc.constantFrom(...wraps), { maxLength: 12 });
    const encodings = fc.array(fc.constantFrom(...stringWraps), { maxLength: 2 });
    fc.assert(
      fc.property(planted, paths, encodings, paths, ({ value, gone }, inner, encoded, outer) => {
        const tree = [...inner, ...encoded, ...outer].reduce<unknown>((tree, wrap) => wrap(tree), value);
        expect(JSON.stringify(redact(tree))).not.toContain(gone);
      }),
      { numRuns: 2_000 },
    );
  });

  it('judges a key alike in any case and with any separator', () => {
    const separators = fc.constantFrom('_', '-', '.', ' ', '__');
    const words = fc.constantFrom(
      'user password',
      'access token',
      'api key',
      'card number',
      'delivery pin',
      'client secret',
    );
    fc.assert(
      fc.property(words, separators, fc.infiniteStream(fc.boolean()), (name, separator, capitals) => {
        const key = [...name.replaceAll(' ', separator)].map((letter) =>
          capitals.next().value ? letter.toUpperCase() : letter,
        );
        expect(judgeKey(key.join('')).rule).toBeDefined();
      }),
    );
  });
});
