import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cursorStem,
  firstUnsent,
  includes,
  type LiveCursor,
  LONGEST_CURSOR,
  messageCursor,
  readCursor,
  sentOf,
  wasSent,
} from '../../src/live/live-cursor.js';

const SIZE = 4;
/** Cursors over few commits of four messages each, so that they meet. */
const cursors: fc.Arbitrary<LiveCursor> = fc
  .record({
    newest: fc.integer({ min: 1, max: 12 }),
    holes: fc.uniqueArray(fc.integer({ min: 1, max: 11 }), { maxLength: 6 }),
    seq: fc.integer({ min: 1, max: 12 }),
    count: fc.integer({ min: 1, max: SIZE - 1 }),
  })
  .map(({ newest, holes, seq, count }) => {
    const below = new Set<number>(holes.filter((hole) => hole < newest));
    if (seq > newest || below.has(seq)) return { newest, holes: below };
    return { newest, holes: below, partial: { seq, count } };
  });
const write = ({ newest, holes, partial }: LiveCursor) => {
  const sorted = [...holes].sort((a, b) => a - b);
  return messageCursor(cursorStem(newest, partial?.seq ?? newest, sorted), partial?.count);
};
/** All messages a cursor has sent, one by one: the plain meaning that the functions are held against. */
const sent = (cursor: LiveCursor) => {
  const all = new Set<string>();
  for (let seq = 1; seq <= 13; seq += 1)
    for (let index = 0; index < SIZE; index += 1)
      if (seq <= cursor.newest && !cursor.holes.has(seq))
        if (cursor.partial?.seq !== seq || index < cursor.partial.count) all.add(`${seq}.${index}`);
  return all;
};

describe('a cursor', () => {
  it.each([
    ['1042', { newest: 1042, holes: new Set<number>() }],
    ['1042.17', { newest: 1042, holes: new Set<number>(), partial: { seq: 1042, count: 17 } }],
    [
      '1042.3@1040-1-5:4',
      { newest: 1042, holes: new Set([1041, 1037, 1038]), partial: { seq: 1040, count: 3 } },
    ],
  ])('%s is read', (text, cursor) => {
    expect(readCursor(text)).toEqual(cursor);
    expect(write(cursor)).toBe(text.replace('-1-5:4', '-5:4-1'));
  });

  it.each([
    '',
    'x',
    '-1',
    '5@3',
    '5.1@6',
    '5-6',
    '5-0',
    '5-1:2',
    '9.1@8-1',
    '9999999-9000:1',
    `1${'-1'.repeat(200)}`,
  ])('%s is none', (text) => {
    expect(readCursor(text)).toBeUndefined();
  });

  it('says the same when it was written and read', () => {
    fc.assert(
      fc.property(cursors, (cursor) => {
        expect(readCursor(write(cursor))).toEqual(cursor);
      }),
    );
  });

  it('knows of each message whether it was sent', () => {
    fc.assert(
      fc.property(cursors, (cursor) => {
        const all = sent(cursor);
        for (let seq = 1; seq <= 13; seq += 1) {
          const indexes = Array.from({ length: SIZE }, (_, index) => index);
          for (const index of indexes) expect(wasSent(cursor, seq, index)).toBe(all.has(`${seq}.${index}`));
          expect(sentOf(cursor, seq, SIZE)).toBe(
            indexes.filter((index) => all.has(`${seq}.${index}`)).length,
          );
        }
        const first = firstUnsent(cursor);
        for (let seq = 1; seq < first; seq += 1) expect(sentOf(cursor, seq, SIZE)).toBe(SIZE);
        expect(sentOf(cursor, first, SIZE)).toBeLessThan(SIZE);
      }),
    );
  });

  it('never claims to have sent what another did and it did not', () => {
    fc.assert(
      fc.property(cursors, cursors, (one, other) => {
        if (includes(one, other))
          for (const message of sent(other)) expect(sent(one).has(message)).toBe(true);
      }),
    );
  });

  it('with more holes than fit says less, never more, than was sent', () => {
    const holes = Array.from({ length: 200 }, (_, index) => 1_000 + 3 * index);
    const text = messageCursor(cursorStem(2_000, 2_000, holes), undefined);
    expect(text.length).toBeLessThanOrEqual(LONGEST_CURSOR);
    const cursor = readCursor(text) as LiveCursor;
    expect(cursor.newest).toBeGreaterThan(1_000);
    for (const hole of holes) expect(wasSent(cursor, hole, 0)).toBe(false);
  });
});
