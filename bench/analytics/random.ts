/** Numbers that look random and are the same for the same seed: xorshift128 (Marsaglia, 2003), 3 ns each. */
export class Random {
  #a: number;
  #b = 362_436_069;
  #c = 521_288_629;
  #d = 88_675_123;

  constructor(seed: number) {
    this.#a = (seed ^ 0x9e37_79b9) | 1;
    // The first numbers of neighbouring seeds resemble each other.
    for (let skipped = 0; skipped < 32; skipped += 1) this.word();
  }

  /** 32 bits, as a signed integer. */
  word(): number {
    const mixed = this.#a ^ (this.#a << 11);
    this.#a = this.#b;
    this.#b = this.#c;
    this.#c = this.#d;
    this.#d = this.#d ^ (this.#d >>> 19) ^ mixed ^ (mixed >>> 8);
    return this.#d;
  }

  /** In [0, 1). */
  next(): number {
    return (this.word() >>> 0) / 0x1_0000_0000;
  }

  /** A whole number in [0, below). */
  below(below: number): number {
    return Math.floor(this.next() * below);
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** As response times are: half below the median, some far above. */
  logNormal(median: number, sigma: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return median * Math.exp(sigma * radius * Math.cos(2 * Math.PI * this.next()));
  }
}

/** Draws an index with the odds that its weight gives, in constant time whatever their number (Walker's alias method). */
export function sampler(weights: readonly number[]): (random: Random) => number {
  const count = weights.length;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const odds = Float64Array.from(weights, (weight) => (weight * count) / total);
  const alias = new Int32Array(count);
  const small: number[] = [];
  const large: number[] = [];
  for (const [index, odd] of odds.entries()) (odd < 1 ? small : large).push(index);
  for (;;) {
    const low = small.pop();
    const high = large.pop();
    if (low === undefined || high === undefined) {
      // What is left is 1 but for rounding.
      for (const index of [low, high, ...small, ...large]) if (index !== undefined) odds[index] = 1;
      break;
    }
    alias[low] = high;
    odds[high] = (odds[high] ?? 0) - (1 - (odds[low] ?? 0));
    ((odds[high] ?? 0) < 1 ? small : large).push(high);
  }
  return (random) => {
    const index = random.below(count);
    return random.next() < (odds[index] ?? 1) ? index : (alias[index] ?? 0);
  };
}

/** Weights 1 / (rank + offset)^exponent (Zipf–Mandelbrot): the offset keeps the first few from having everything. */
export const zipfWeights = (count: number, exponent: number, offset: number): number[] =>
  Array.from({ length: count }, (_, rank) => 1 / (rank + 1 + offset) ** exponent);
