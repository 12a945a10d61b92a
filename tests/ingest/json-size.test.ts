import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonBytesBeyond } from '../../src/ingest/json-size.js';

describe('the size of a tree as JSON', () => {
  it('is told exactly where it is beyond the limit, and only there', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.nat(2_000), (tree, limit) => {
        const bytes = Buffer.byteLength(JSON.stringify(tree));
        expect(jsonBytesBeyond(tree, limit)).toBe(bytes > limit ? bytes : undefined);
      }),
      { numRuns: 2_000 },
    );
  });

  it('counts bytes, not characters, and escapes as they are written', () => {
    expect(jsonBytesBeyond('😀', 5)).toBe(6);
    expect(jsonBytesBeyond('\u0001', 7)).toBe(8);
    expect(jsonBytesBeyond('\u0001', 8)).toBeUndefined();
  });
});
