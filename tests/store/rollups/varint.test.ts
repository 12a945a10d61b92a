import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unzigzag, VarintReader, writeVarint, zigzag } from '../../../src/store/rollups/varint.js';

const written = (...values: number[]): number[] => {
  const bytes: number[] = [];
  for (const value of values) writeVarint(bytes, value);
  return bytes;
};

describe('varints', () => {
  it.each([
    [0, [0]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    [300, [0xac, 0x02]],
    [2 ** 32, [0x80, 0x80, 0x80, 0x80, 0x10]],
  ])('write %i as Protocol Buffers do', (value, bytes) => {
    expect(written(value)).toEqual(bytes);
  });

  it('come back in order, up to the greatest whole number', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.maxSafeNat(), fc.nat(300))), (values) => {
        const reader = new VarintReader(Uint8Array.from(written(...values)));
        expect(values.map(() => reader.next())).toEqual(values);
        expect(() => reader.next()).toThrow(RangeError);
      }),
    );
  });

  it('say when the bytes end within a number', () => {
    expect(() => new VarintReader(Uint8Array.of(0x80, 0x80)).next()).toThrow(RangeError);
  });

  it('may begin anywhere', () => {
    expect(new VarintReader(Uint8Array.of(9, 9, 0xac, 0x02), 2).next()).toBe(300);
  });

  it('fold signed numbers so that small ones stay small', () => {
    expect([0, -1, 1, -2, 2].map(zigzag)).toEqual([0, 1, 2, 3, 4]);
    const half = fc.integer({ min: -(2 ** 51), max: 2 ** 51 });
    fc.assert(
      fc.property(half, (value) => {
        expect(unzigzag(zigzag(value)) === value).toBe(true);
      }),
    );
  });
});
