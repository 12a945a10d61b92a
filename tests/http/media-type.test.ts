import { describe, expect, it } from 'vitest';
import { preferredType } from '../../src/http/media-type.js';

const offered = ['application/json', 'text/csv', 'application/x-ndjson'] as const;

describe('the media type of an answer', () => {
  it.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['', 'application/json'],
    ['text/csv', 'text/csv'],
    ['TEXT/CSV; charset=utf-8', 'text/csv'],
    ['text/*', 'text/csv'],
    ['text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8', 'application/json'],
    ['application/x-ndjson, application/json;q=0.9', 'application/x-ndjson'],
    ['application/json;q=0.5, text/csv;q=0.8', 'text/csv'],
    ['text/csv;q=0.5, */*', 'application/json'],
    ['text/csv;q=0', 'application/json'],
    ['*/*, application/json;q=0.1', 'text/csv'],
    ['image/png', 'application/json'],
    ['text/csv;q=nonsense', 'application/json'],
  ])('for «%s» is %s', (accept, type) => {
    expect(preferredType(accept, offered)).toBe(type);
  });
});
