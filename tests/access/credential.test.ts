import { describe, expect, it } from 'vitest';
import { readCredential } from '../../src/access/credential.js';

describe('readCredential', () => {
  it('finds a bearer token in any case of the scheme, or a key, or nothing', () => {
    expect(readCredential({ authorization: 'Bearer abc' })).toEqual({ kind: 'token', token: 'abc' });
    expect(readCredential({ authorization: 'bEaReR  abc ' })).toEqual({ kind: 'token', token: 'abc' });
    expect(readCredential({ 'x-api-key': 'fek_1' })).toEqual({ kind: 'key', key: 'fek_1' });
    expect(readCredential({})).toEqual({ kind: 'none' });
  });

  it('refuses two credentials at once as malformed', () => {
    expect(() => readCredential({ authorization: 'Bearer abc', 'x-api-key': 'fek_1' })).toThrow(
      expect.objectContaining({ status: 400 }),
    );
  });

  it.each(['', 'Bearer', 'Bearer ', 'Basic dTpw', 'abc', `Bearer ${'x'.repeat(8_193)}`])(
    'refuses «%.20s»',
    (authorization) => {
      expect(() => readCredential({ authorization })).toThrow(expect.objectContaining({ status: 401 }));
    },
  );
});
