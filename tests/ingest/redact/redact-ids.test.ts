import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { redactText } from '../../../src/ingest/redact/redact-text.js';
import { RedactionTally } from '../../../src/ingest/redact/redaction-tally.js';
import { newUuidV7 } from '../../../src/store/new-uuid-v7.js';

const redact = (text: string) => redactText(text, new RedactionTally());

describe('ids of machines', () => {
  // Each begins an IBAN of right length and check digits at one of its groups: one random UUID in 10,000 does.
  it.each([
    '01a20baa-2a04-77c4-be60-460d0d5c6549',
    'ba26402c-9f93-433a-8119-4a0df3bdd5c5',
    'be743abd-9ea7-4037-9838-7ca11f66bdd4',
    'abc9b3f1-ad67-4518-ad1d-1a06bf39a22e',
  ])('%s is no bank account', (id) => {
    expect(redact(id)).toBe(id);
    expect(redact(`order ${id} failed`)).toBe(`order ${id} failed`);
  });

  it('stay, whoever made them', () => {
    const touched = Array.from({ length: 20_000 }, (_, index) => [
      randomUUID(),
      newUuidV7(1_790_000_000_000 + index),
      randomBytes(16).toString('hex'),
      `f${randomBytes(8).toString('hex')}`,
    ])
      .flat()
      .filter((id) => redact(id) !== id);
    expect(touched).toEqual([]);
  });

  it.each([
    'TR33 0006 1005 1978 6457 8413 26',
    'DE89-3704-0044-0532-0130-00',
    'tr330006100519786457841326',
    'GB29NWBK60161331926819',
  ])('%s still is a bank account', (iban) => {
    expect(redact(iban)).toBe('[redacted]');
  });
});
