let lastMs = Number.NaN;
let lastText = '';

/** ISO 8601 in UTC with milliseconds. The last one is remembered: a busy service writes each several times. */
export function isoTime(unixMs: number): string {
  if (unixMs !== lastMs) {
    lastMs = unixMs;
    lastText = new Date(unixMs).toISOString();
  }
  return lastText;
}
