import { describe, expect, it } from 'vitest';
import { readSeriesLine, readTime, SeriesError } from '../../../src/alerts/detector/read-series.js';

describe('a time', () => {
  it.each([
    ['2014-04-01 00:05:00', Date.UTC(2014, 3, 1, 0, 5)],
    ['2014-04-01T00:05:00Z', Date.UTC(2014, 3, 1, 0, 5)],
    ['2014-04-01T00:05:00.250+02:00', Date.UTC(2014, 2, 31, 22, 5, 0, 250)],
    ['2014-04-01 00:05', Date.UTC(2014, 3, 1, 0, 5)],
    ['2014-04-01', Date.UTC(2014, 3, 1)],
    ['1396310700', 1_396_310_700_000],
    ['1396310700.5', 1_396_310_700_500],
    ['1396310700000', 1_396_310_700_000],
    ['1396310700000000', 1_396_310_700_000],
    ['1396310700000000000', 1_396_310_700_000],
    ['-60', -60_000],
  ])('is read from %s', (text, unixMs) => {
    expect(readTime(text)).toBe(unixMs);
  });

  it.each(['', 'timestamp', '01.04.2014', '2014-13-01', '12:30', '1e9', '0x10', 'Infinity'])(
    'is not read from «%s»',
    (text) => {
      expect(readTime(text)).toBeNaN();
    },
  );
});

describe('a line of a series', () => {
  it('is a time and a value, quoted or not, whatever follows', () => {
    expect(readSeriesLine('"2014-04-01 00:05:00" , "-1.5e3",0\r', 7)).toEqual({
      timestamp: '2014-04-01 00:05:00',
      text: '-1.5e3',
      at: Date.UTC(2014, 3, 1, 0, 5),
      value: -1_500,
    });
  });

  it('may have no value', () => {
    for (const nothing of ['', 'NaN', 'null', '""', 'N/A'])
      expect(readSeriesLine(`60,${nothing}`, 7)?.value).toBeUndefined();
  });

  it('may be empty, or a heading, which is the first', () => {
    expect(readSeriesLine('  \r', 7)).toBeUndefined();
    expect(readSeriesLine('timestamp,value', 1)).toBeUndefined();
    expect(() => readSeriesLine('timestamp,value', 2)).toThrow(SeriesError);
    // A first value whose time is wrong is no heading.
    expect(() => readSeriesLine('2026-01-01T00:00:0Z,7', 1)).toThrow(SeriesError);
  });

  it.each([
    ['60;5', 'Line 1,234: «timestamp,value» is expected; there is no comma.'],
    ['soon,5', 'Line 1,234: «soon» is no time; ISO 8601 and Unix times are.'],
    ['60,many', 'Line 1,234: «many» is no number.'],
    ['60,Infinity', 'Line 1,234: «Infinity» is no number.'],
  ])('«%s» is explained', (line, message) => {
    expect(() => readSeriesLine(line, 1_234)).toThrow(message);
  });
});
