import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { questionKey } from '../../src/http/question-key.js';

describe('the key of a question', () => {
  it('does not depend on the order of keys, nor on those without a value', () => {
    expect(questionKey({ a: 1, b: { c: 'x', d: undefined } })).toBe(
      questionKey({ b: { c: 'x' }, a: 1, e: undefined }),
    );
  });

  it('tells apart what JSON would not', () => {
    const date = new Date(5);
    const values = [
      date,
      date.toISOString(),
      5,
      '5',
      5n,
      null,
      undefined,
      Number.NaN,
      Infinity,
      /a/,
      /a/i,
      '/a/',
      [1, [2]],
      [[1], 2],
      [undefined],
      [],
      {},
    ];
    expect(new Set(values.map((value) => questionKey({ value }))).size).toBe(values.length);
  });

  it('is the same for equal questions only', () => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.string(), { maxLength: 3 }),
    );
    const question = fc.dictionary(fc.string({ minLength: 1 }), value, { maxKeys: 3, noNullPrototype: true });
    fc.assert(
      fc.property(question, question, (a, b) => {
        const equal = JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
        expect(questionKey(a) === questionKey(b)).toBe(equal);
      }),
    );
  });

  it('refuses what cannot be compared', () => {
    expect(() => questionKey({ compute: () => 1 })).toThrow(TypeError);
  });
});
