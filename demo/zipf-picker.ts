import type { Random } from './random.js';

/** Picks as people do: the n-th of the list comes 1/n^exponent as often as the first (Zipf's law). Exponent 0 picks evenly. */
export function zipfPicker<T>(list: readonly T[], exponent: number): (random: Random) => T {
  let total = 0;
  const upTo = list.map((_, index) => {
    total += (index + 1) ** -exponent;
    return total;
  });
  return (random) => {
    const mark = random.between(0, total);
    let low = 0;
    let high = list.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] ?? 0) > mark) high = middle;
      else low = middle + 1;
    }
    const found = list[low];
    if (found === undefined) throw new RangeError('There is nothing to pick from.');
    return found;
  };
}
