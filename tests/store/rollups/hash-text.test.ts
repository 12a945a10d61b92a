import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashText } from '../../../src/store/rollups/hash-text.js';

describe('the hash of a text', () => {
  // Stored sets hold these: should one of them change, every stored set would count its people twice.
  it.each([
    ['', 259_170_162_613_292],
    ['a', 19_562_789_573_027],
    ['u_17', 231_517_342_237_174],
    ['anonymous', 245_435_929_700_498],
    ['Ayşe', 71_989_017_660_658],
    ['😀', 71_274_969_004_292],
    ['0196f2a4-7c1e-7000-8000-000000000001', 118_184_283_971_016],
    ['xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 40_102_643_545_409],
  ])('of %j is for ever %i', (text, hash) => {
    expect(hashText(text)).toBe(hash);
  });

  it('is a whole number of 48 bits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const hash = hashText(text);
        expect(Number.isSafeInteger(hash) && hash >= 0 && hash < 2 ** 48).toBe(true);
      }),
    );
  });

  it('differs for 200,000 texts that are alike', () => {
    const hashes = new Set<number>();
    for (let user = 0; user < 100_000; user += 1) {
      hashes.add(hashText(`u_${user}`));
      hashes.add(hashText(`${user}_u`));
    }
    expect(hashes.size).toBe(200_000);
  });

  it('sets each bit for half of the texts', () => {
    const many = 20_000;
    const ones = Array<number>(48).fill(0);
    for (let user = 0; user < many; user += 1) {
      const hash = hashText(`customer-${user}`);
      for (let bit = 0; bit < 48; bit += 1) {
        if (Math.floor(hash / 2 ** bit) % 2 === 1) ones[bit] = (ones[bit] ?? 0) + 1;
      }
    }
    // Six standard deviations.
    for (const count of ones) expect(Math.abs(count - many / 2)).toBeLessThan(6 * Math.sqrt(many / 4));
  });

  it('changes half of its bits when one unit of the text changes', () => {
    const flips = Array.from({ length: 2_000 }, (_, index) => {
      const [a, b] = [hashText(`user-${index}-a`), hashText(`user-${index}-b`)];
      let differing = 0;
      for (let bit = 0; bit < 48; bit += 1) {
        if (Math.floor(a / 2 ** bit) % 2 !== Math.floor(b / 2 ** bit) % 2) differing += 1;
      }
      return differing;
    });
    const mean = flips.reduce((sum, count) => sum + count, 0) / flips.length;
    expect(mean).toBeGreaterThan(22);
    expect(mean).toBeLessThan(26);
  });
});
