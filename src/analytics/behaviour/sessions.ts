/** A pause this long (ms) ends a session, as web analytics has it by convention. */
export const SESSION_GAP = 30 * 60_000;

/** Lengths in ms of the runs of ascending times without a gap of {@link SESSION_GAP}. */
export function sessionLengths(times: readonly number[]): number[] {
  const lengths: number[] = [];
  let start: number | undefined;
  let last = 0;
  for (const time of times) {
    if (start === undefined) start = time;
    else if (time - last >= SESSION_GAP) {
      lengths.push(last - start);
      start = time;
    }
    last = time;
  }
  if (start !== undefined) lengths.push(last - start);
  return lengths;
}
