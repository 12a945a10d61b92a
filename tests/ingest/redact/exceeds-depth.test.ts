import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exceedsDepth } from '../../../src/ingest/redact/exceeds-depth.js';

const nested = (levels: number): unknown =>
  JSON.parse(`${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`);

describe('exceedsDepth', () => {
  it('counts objects and arrays, not what is in them', () => {
    expect([exceedsDepth(5, 0), exceedsDepth([5], 0), exceedsDepth([5], 1)]).toEqual([false, true, false]);
    expect([exceedsDepth(nested(32), 32), exceedsDepth(nested(34), 32)]).toEqual([false, true]);
  });

  it('finds the deepest branch wherever it is', () => {
    expect(exceedsDepth({ a: 1, b: [[], [[[]]]], c: {} }, 5)).toBe(false);
    expect(exceedsDepth({ a: 1, b: [[], [[[]]]], c: {} }, 4)).toBe(true);
  });

  it('holds the stack at 200,000 levels', () => expect(exceedsDepth(nested(200_000), 32)).toBe(true));

  it('agrees with the brackets of the text', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 6, noUnicodeString: true }),
        fc.integer({ min: 0, max: 8 }),
        (value, levels) => {
          const text = JSON.stringify(value).replace(/"(?:[^"\\]|\\.)*"/g, '');
          let depth = 0;
          let deepest = 0;
          for (const character of text) {
            if ('[{'.includes(character)) deepest = Math.max(deepest, ++depth);
            if (']}'.includes(character)) depth--;
          }
          expect(exceedsDepth(value, levels)).toBe(deepest > levels);
        },
      ),
    );
  });
});
