import { REDACTED } from './rules.js';

/** A piece of a text, in UTF-16 units, `end` excluded. */
export interface Span {
  start: number;
  end: number;
}

/** The text with each span replaced by the mark. Spans are in order and do not overlap. */
export function cutSpans(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text;
  const pieces: string[] = [];
  let done = 0;
  for (const { start, end } of spans) {
    pieces.push(text.slice(done, start), REDACTED);
    done = end;
  }
  pieces.push(text.slice(done));
  return pieces.join('');
}
