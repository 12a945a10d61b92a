import type { Window } from './window.js';

/**
 * What an answer says of its span. A rolling window counts all of the bucket that now is in, where a row may stand whose clock is up to five minutes ahead;
 * so it ends after now, or after the newest row that it counted.
 */
export function spanAnswer({ timeframe, span, now }: Window, timezone: string, lastAt: number) {
  const end = now === undefined ? span.to : Math.min(span.to, Math.max(now, lastAt) + 1);
  return {
    /** Unix ms. */
    end,
    fields: {
      timeframe,
      from: new Date(span.from).toISOString(),
      to: new Date(end).toISOString(),
      timezone,
    },
  };
}
