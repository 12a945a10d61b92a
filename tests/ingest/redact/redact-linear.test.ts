import { describe, expect, it } from 'vitest';
import { redactJson } from '../../../src/ingest/redact/redact-json.js';
import { RedactionTally } from '../../../src/ingest/redact/redaction-tally.js';

/** Repeated, each of these makes a careless rule start anew at every place and read to the end from there. */
const patterns = (
  'a|A|Aa|1|4 |4-|4111 |eyJ|eyJ.|eyJaaaaaaaaaa.|=|:|a=|password=|password:|password: is |passphrase: is |password="|password:\\\\"|\\\\|"|{|[|{"password":[|' +
  'auth:{|pin:[|-----BEGIN PRIVATE KEY-----|-----END PRIVATE KEY-----|://|a://|x://a:b|x://a:b@|%25|%2525|TR33 |bearer |basic a |sk_live_|SG.aaaaaaaaaaaaaaaaaa|' +
  '--pass |<a|<password>|password |password is |pin 1|cookie: a=|authorization: |api key: |key key: |[redacted]|,|&|&amp;|secret "a|\\\\u0041|\0|é: |\uD800'
).split('|');

/** No value rule can be skipped: the text has something of each. */
const everyHint = 'password token key 1234567890123 @ . _ % < A : ';
const LENGTH = 2 ** 18;

describe('redaction of hostile text', () => {
  // No time is asserted. One pass over 256 KiB takes some 0.1 s; a rule that is quadratic takes minutes, and the runner ends the test.
  it.each(patterns)('of %j over and over is linear', (pattern) => {
    const text = (everyHint + pattern.repeat(LENGTH)).slice(0, LENGTH);
    const tree = redactJson({ value: text, [`k${text}`]: 1 }, new RedactionTally()) as { value: string };
    expect(tree.value.length).toBeLessThanOrEqual(LENGTH * 3);
  });

  it('of 1 MiB with 20,000 secrets takes each out', () => {
    const text = 'a=1&password=hunter2&b=4111111111111111&'.repeat(26_214);
    const tally = new RedactionTally();
    const clean = redactJson(text, tally) as string;
    expect(clean).not.toMatch(/hunter2|4111/);
    expect([tally.get('password'), tally.get('payment-card')]).toEqual([26_214, 26_214]);
  });
});
