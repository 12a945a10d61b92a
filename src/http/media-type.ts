/** One entry of an Accept header: `text/*;q=0.5`. */
interface MediaRange {
  type: string;
  quality: number;
}

/**
 * Which of the offered media types an Accept header prefers (RFC 9110, 12.5.1): the most special range that covers a type says how much it is wanted, the
 * first offered wins a tie. The first is answered too where nothing offered is wanted: there is no 406, which helps nobody.
 */
export function preferredType<Offered extends string>(
  accept: string | undefined,
  offered: readonly [Offered, ...Offered[]],
): Offered {
  const ranges = (accept ?? '*/*').split(',').map(readRange);
  let best = offered[0];
  let highest = 0;
  for (const type of offered) {
    const quality = qualityOf(type, ranges);
    if (quality > highest) {
      best = type;
      highest = quality;
    }
  }
  return best;
}

function readRange(text: string): MediaRange {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  const value = quality === undefined ? 1 : Number(quality.slice(2));
  return { type, quality: value >= 0 && value <= 1 ? value : 0 };
}

function qualityOf(type: string, ranges: readonly MediaRange[]): number {
  for (const pattern of [type, `${type.split('/', 1)[0]}/*`, '*/*']) {
    const range = ranges.find((one) => one.type === pattern);
    if (range) return range.quality;
  }
  return 0;
}
