import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRecord, jsonWriter } from '../../../src/analytics/lists/row-text.js';
import { json, string } from '../../../src/store/row-fields.js';

const awkward = fc.constantFrom(
  '',
  '"',
  ',',
  '\r',
  '\n',
  '\r\n',
  '=1+1',
  '+1',
  '-1',
  '@a',
  '\t',
  '＝x',
  '＠',
  "'",
  ' ',
  'ğ',
);
const cell = fc.oneof(
  awkward,
  fc.string(),
  fc.tuple(awkward, fc.string(), awkward).map((parts) => parts.join('')),
);

describe('a record of CSV', () => {
  it('is what csv-stringify makes of it', () => {
    fc.assert(
      fc.property(fc.array(fc.option(cell), { minLength: 2, maxLength: 6 }), (cells) => {
        const theirs = stringify([cells], {
          escape_formulas: true,
          record_delimiter: '\r\n',
          quoted_match: /[\r\n]/,
        });
        expect(csvRecord(cells)).toBe(theirs);
      }),
      { numRuns: 1_000 },
    );
  });

  it('disarms what a spreadsheet would compute', () => {
    expect(csvRecord(['=HYPERLINK("http://evil")', '+1', '-1', '@SUM(A1)', '\tx', 'a=1', null])).toBe(
      `"'=HYPERLINK(""http://evil"")",'+1,'-1,'@SUM(A1),'\tx,a=1,\r\n`,
    );
  });
});

describe('a row as JSON', () => {
  const write = jsonWriter([string('id'), string('text'), json('tree'), json('number')]);

  it('has strings quoted and JSON as it stands, every digit of it', () => {
    const number = '12345678901234567890.123456789012345678901234567890';
    expect(write(['i', 'a "b"\n', `{"n": ${number}}`, '1e+20'])).toBe(
      `{"id":"i","text":"a \\"b\\"\\n","tree":{"n": ${number}},"number":1e+20}`,
    );
  });

  it('has null for what is absent', () => {
    expect(write(['i', null, 'null', null])).toBe('{"id":"i","text":null,"tree":null,"number":null}');
  });
});
