import { describe, expect, it } from 'vitest';
import { hasKeyHint } from '../../../src/ingest/redact/key-rules.js';
import { redactJson } from '../../../src/ingest/redact/redact-json.js';
import { RedactionTally } from '../../../src/ingest/redact/redaction-tally.js';
import { innocent, secretCases, sensitiveKeys } from './corpus.js';
import { CANARY, harmlessCases, plantedCases } from './corpus-field.js';

const store = (value: unknown): { text: string; tally: RedactionTally } => {
  const tally = new RedactionTally();
  return { text: JSON.stringify(redactJson(structuredClone(value), tally)), tally };
};

describe('innocent look-alikes', () => {
  it('are 200 at least', () => expect(innocent.length).toBeGreaterThanOrEqual(200));

  it.each([...innocent, ...harmlessCases].map((value) => [JSON.stringify(value), value]))(
    '%s is stored as it came',
    (text, value) => {
      const { text: stored, tally } = store(value);
      expect(stored).toBe(text);
      expect(tally.total).toBe(0);
    },
  );
});

describe('secrets', () => {
  it('are 120 cases at least', () => expect(secretCases.length).toBeGreaterThanOrEqual(120));

  it.each(secretCases.map((secret) => [JSON.stringify(secret.value), secret]))(
    '%s loses its secret only',
    (_, secret) => {
      const { text, tally } = store(secret.value);
      for (const gone of secret.gone) expect(text).not.toContain(gone);
      for (const kept of secret.kept ?? []) expect(text).toContain(kept);
      expect(text).toContain('[redacted]');
      expect(tally.total).toBeGreaterThan(0);
    },
  );

  it.each(plantedCases.map((value) => [JSON.stringify(value), value]))(
    '%s loses the planted value',
    (_, value) => {
      expect(store(value).text).not.toContain(CANARY);
    },
  );

  it('under a sensitive key have a key that the hint lets through, in texts too', () => {
    expect(sensitiveKeys.filter((key) => !hasKeyHint(key))).toEqual([]);
  });
});
