/** A line of a series that is no pair of a time and a value. */
export class SeriesError extends Error {
  constructor(line: number, problem: string) {
    super(`Line ${line.toLocaleString('en')}: ${problem}`);
  }
}

/** One line of a series: its two fields as they came, and what they say; `value` is undefined where there is none. */
export interface SeriesLine {
  timestamp: string;
  text: string;
  at: number;
  value: number | undefined;
}

const isoTime = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i;
const numeric = /^-?\d+(?:\.\d+)?$/;
const nothing = new Set(['', 'nan', 'null', 'na', 'n/a', 'none']);
/** Below these, a plain number is seconds, milliseconds or microseconds; above, nanoseconds. In seconds the first is the year 5138. */
const SECONDS_BELOW = 1e11;
const MILLISECONDS_BELOW = 1e14;
const MICROSECONDS_BELOW = 1e17;

/** Unix ms of ISO 8601 (UTC where it names no zone; a blank may stand for the T) or of Unix seconds, milli-, micro- or nanoseconds; NaN of anything else. */
export function readTime(text: string): number {
  const iso = isoTime.exec(text);
  if (iso) {
    const time = text.replace(' ', 'T');
    // A date alone is UTC to JavaScript already.
    return Date.parse(iso[1] !== undefined || time.length === 10 ? time : `${time}Z`);
  }
  if (!numeric.test(text)) return Number.NaN;
  const number = Number(text);
  const size = Math.abs(number);
  if (size < SECONDS_BELOW) return number * 1_000;
  if (size < MILLISECONDS_BELOW) return number;
  return size < MICROSECONDS_BELOW ? number / 1e3 : number / 1e6;
}

/**
 * Reads a line of `timestamp,value`; further fields are left out. Undefined for an empty line, and for the first where it is a heading. Throws a
 * {@link SeriesError}.
 */
export function readSeriesLine(line: string, number: number): SeriesLine | undefined {
  const text = line.trim();
  if (text === '') return undefined;
  const comma = text.indexOf(',');
  if (comma === -1) throw new SeriesError(number, '«timestamp,value» is expected; there is no comma.');
  const second = text.indexOf(',', comma + 1);
  const timestamp = unquoted(text.slice(0, comma));
  const given = unquoted(second === -1 ? text.slice(comma + 1) : text.slice(comma + 1, second));
  const at = readTime(timestamp);
  const value = nothing.has(given.toLowerCase()) ? undefined : Number(given);
  if (Number.isNaN(at)) {
    if (number === 1 && Number.isNaN(value)) return undefined;
    throw new SeriesError(number, `«${timestamp}» is no time; ISO 8601 and Unix times are.`);
  }
  if (value !== undefined && !Number.isFinite(value))
    throw new SeriesError(number, `«${given}» is no number.`);
  return { timestamp, text: given, at, value };
}

const unquoted = (field: string): string => {
  const text = field.trim();
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
};
