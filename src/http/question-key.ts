/**
 * One text for equal questions, whatever the order of their keys: a question's values are plain data, dates and regular expressions among them, and a key
 * whose value is undefined is as good as absent. Kinds are told apart: the date, its ISO text and its number are three values.
 */
export function questionKey(value: unknown): string {
  if (value instanceof Date) return `date(${value.getTime()})`;
  if (value instanceof RegExp) return `regexp(${JSON.stringify(String(value))})`;
  if (Array.isArray(value)) return `[${value.map(questionKey).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, held]) => held !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, held]) => `${JSON.stringify(key)}:${questionKey(held)}`).join(',')}}`;
  }
  // What JSON lacks: NaN and the infinities would all be `null`, a bigint would throw.
  if (typeof value === 'number' || typeof value === 'bigint') return `${typeof value}(${value})`;
  if (value === undefined) return 'undefined';
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return JSON.stringify(value);
  throw new TypeError(`a question cannot hold a ${typeof value}`);
}
