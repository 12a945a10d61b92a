import { describe, expect, it } from 'vitest';
import { sealWith } from '../../../src/alerts/channels/seal.js';

const seal = sealWith('one secret of at least 32 bytes…');

describe('a sealed secret', () => {
  it('opens to what it was, and looks different each time', () => {
    const value = { current: 'whsec_abc' };
    const [one, two] = [seal.seal('c1', value), seal.seal('c1', value)];
    expect(seal.open('c1', one)).toEqual(value);
    expect(Buffer.from(one).equals(Buffer.from(two))).toBe(false);
    expect(Buffer.from(one).toString('latin1')).not.toContain('whsec');
  });

  it('does not open for another channel, under another JWT_SECRET, or when a byte was changed', () => {
    const sealed = seal.seal('c1', { url: 'https://hooks.slack.com/x' });
    expect(() => seal.open('c2', sealed)).toThrow();
    expect(() => sealWith('another secret of at least 32 bytes').open('c1', sealed)).toThrow();
    for (let index = 0; index < sealed.length; index++) {
      const changed = Uint8Array.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => seal.open('c1', changed), `byte ${index}`).toThrow();
    }
    expect(() => seal.open('c1', sealed.subarray(0, 20))).toThrow();
    expect(() => seal.open('c1', new Uint8Array())).toThrow();
  });
});
