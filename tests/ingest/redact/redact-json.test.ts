import { LosslessNumber, parse as parseLossless, stringify as stringifyLossless } from 'lossless-json';
import { describe, expect, it } from 'vitest';
import { redactJson } from '../../../src/ingest/redact/redact-json.js';
import { RedactionTally } from '../../../src/ingest/redact/redaction-tally.js';
import { CARD } from './corpus.js';

const redact = (value: unknown): unknown => redactJson(value, new RedactionTally());

describe('redactJson', () => {
  it('changes the tree it is given, and only where something was found', () => {
    const kept = { a: [1, { b: 'x' }] };
    const tree = { kept, parameters: { password: 'hunter2' } };
    const tally = new RedactionTally();
    expect(redactJson(tree, tally)).toBe(tree);
    expect(tree.kept).toBe(kept);
    expect(tree).toEqual({ kept: { a: [1, { b: 'x' }] }, parameters: { password: '[redacted]' } });
    expect([...tally]).toEqual([['password', 1]]);
  });

  it.each(Array.from({ length: 20 }, (_, index) => index + 1))(
    'finds secrets %i levels deep, in objects and arrays',
    (depth) => {
      let tree: unknown = { PassWord: 'hunter2xyz', list: ['ok', `token=hunter2xyz`, CARD] };
      for (let level = 0; level < depth; level++) tree = level % 2 === 0 ? [tree] : { inner: tree };
      const text = JSON.stringify(redact(tree));
      expect(text).not.toContain('hunter2xyz');
      expect(text).not.toContain(CARD);
      expect(text).toContain('ok');
    },
  );

  it('walks 40 levels of JSON that holds JSON in strings', () => {
    let tree: unknown = JSON.stringify({ password: 'hunter2xyz' });
    for (let level = 0; level < 40; level++) tree = [tree];
    expect(JSON.stringify(redact(tree))).not.toContain('hunter2xyz');
  });

  it('keeps null and booleans under a sensitive key', () => {
    expect(redact({ password: null, token: false, pin: true })).toEqual({
      password: null,
      token: false,
      pin: true,
    });
  });

  it('keeps an own __proto__ key own, and sets no prototype', () => {
    const tree = redact(JSON.parse(`{"__proto__":{"password":"x9","polluted":1},"${CARD}":2}`)) as object;
    expect(JSON.stringify(tree)).toBe('{"__proto__":{"password":"[redacted]","polluted":1},"[redacted]":2}');
    expect(Object.getPrototypeOf(tree)).toBe(Object.prototype);
    expect('polluted' in tree).toBe(false);
  });

  it('redacts an own __proto__ string without setting a prototype', () => {
    const tree = redact(JSON.parse('{"__proto__":"Bearer abc123def456"}')) as object;
    expect(JSON.stringify(tree)).toBe('{"__proto__":"Bearer [redacted]"}');
  });

  it('keeps both values when two keys come out equal, and the order of keys', () => {
    const tree = { [`a ${CARD}`]: 1, between: 2, 'a 5555555555554444': 3, 'a [redacted]': 4 };
    expect(JSON.stringify(redact(tree))).toBe(
      '{"a [redacted] (2)":1,"between":2,"a [redacted] (3)":3,"a [redacted]":4}',
    );
  });

  it('mends NUL and lone surrogates in values and keys, and counts them apart', () => {
    const tally = new RedactionTally();
    const tree = redactJson({ 'a\0b': ['x\0', '\uD800y', '😀'] }, tally);
    expect(tree).toEqual({ 'a\uFFFDb': ['x\uFFFD', '\uFFFDy', '😀'] });
    expect(tally.total).toBe(0);
    expect(tally.mended).toBe(3);
  });

  it('mends what percent-decoding brings up, when it keeps the decoded text', () => {
    expect(redact('password%3Dhunter2%00&a=%00')).toBe('password=[redacted]&a=\uFFFD');
  });

  it('keeps numbers beyond double, and redacts those that are cards or stand under a sensitive key', () => {
    const text = `{"id":12345678901234567890,"n":9792030000000000,"card":{"number":12345678901234567890},"pin":1e400,"x":[1e400]}`;
    const stored = stringifyLossless(redact(parseLossless(text)));
    expect(stored).toBe(
      '{"id":12345678901234567890,"n":"[redacted]","card":{"number":"[redacted]"},"pin":"[redacted]","x":[1e400]}',
    );
    const number = new LosslessNumber('1.50');
    expect(redact(number)).toBe(number);
  });

  it('writes JSON in a string anew with every digit of its numbers', () => {
    expect(redact('{"a":1.50,"token":"hunter2","b":12345678901234567890}')).toBe(
      '{"a":1.50,"token":"[redacted]","b":12345678901234567890}',
    );
  });

  it('keeps an own __proto__ of JSON in a string', () => {
    expect(redact('{ "__proto__": {"token":"hunter2"}, "a": 1 }')).toBe(
      '{"__proto__":{"token":"[redacted]"},"a":1}',
    );
  });

  it('remembers no verdict that a later key contradicts', () => {
    for (let index = 0; index < 5_000; index++) redact({ [`key${index}`]: 'x' });
    expect(redact({ password: 'x9', key1: 'x' })).toEqual({ password: '[redacted]', key1: 'x' });
  });
});
